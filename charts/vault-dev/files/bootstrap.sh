# Prepares what the config operator needs before it can log in. Every step may be repeated.
set -eu
until vault status >/dev/null 2>&1; do
  echo "waiting for $VAULT_ADDR to be unsealed"
  sleep 3
done
VAULT_TOKEN="$(cat /vault/persist/keys/root-token)"
export VAULT_TOKEN

if ! vault secrets list | grep -q "^$KV_MOUNT/"; then
  vault secrets enable -path="$KV_MOUNT" -version=2 kv
fi
if ! vault auth list | grep -q "^$KUBERNETES_MOUNT/"; then
  vault auth enable -path="$KUBERNETES_MOUNT" kubernetes
fi
vault write "auth/$KUBERNETES_MOUNT/config" kubernetes_host=https://kubernetes.default.svc:443

# The operator manages policies, this auth method and its roles; it reads no secret.
vault policy write "$CONNECTION_ROLE" - <<POLICY
path "sys/policies/acl/*" { capabilities = ["create", "read", "update", "delete", "list"] }
path "sys/auth" { capabilities = ["read"] }
path "sys/auth/$KUBERNETES_MOUNT" { capabilities = ["create", "read", "update", "delete", "sudo"] }
path "sys/auth/$KUBERNETES_MOUNT/tune" { capabilities = ["read", "update", "sudo"] }
path "sys/mounts/auth/$KUBERNETES_MOUNT/tune" { capabilities = ["read", "update", "sudo"] }
path "auth/$KUBERNETES_MOUNT/config" { capabilities = ["create", "read", "update"] }
path "auth/$KUBERNETES_MOUNT/role/*" { capabilities = ["create", "read", "update", "delete", "list"] }
POLICY
vault write "auth/$KUBERNETES_MOUNT/role/$CONNECTION_ROLE" \
  bound_service_account_names="$CONNECTION_SERVICE_ACCOUNT" \
  bound_service_account_namespaces="$CONNECTION_NAMESPACE" \
  token_policies="$CONNECTION_ROLE" \
  token_ttl=1h
