# Initialises the server once and unseals it after each start. Key and root token never leave the volume; the
# bootstrap Job can read them because OpenShift runs the pods of a namespace as one user.
set -eu
umask 077
keys=/vault/persist/keys
mkdir -p "$keys"

status() {
  # 0: unsealed, 1: not reachable, 2: sealed
  vault status >/dev/null 2>&1 && code=0 || code=$?
}

while true; do
  status
  if [ "$code" = 2 ]; then
    if [ ! -s "$keys/unseal-key" ]; then
      vault operator init -key-shares=1 -key-threshold=1 >"$keys/init"
      sed -n 's/^Unseal Key 1: //p' "$keys/init" >"$keys/unseal-key"
      sed -n 's/^Initial Root Token: //p' "$keys/init" >"$keys/root-token"
    fi
    vault operator unseal "$(cat "$keys/unseal-key")" >/dev/null
  fi
  sleep 5
done
