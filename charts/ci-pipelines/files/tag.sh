#!/bin/sh
# v<version>-commit.g<commit>: the g keeps a commit of digits only from being read as a number by SemVer.
set -eu
version="$(tr -d '[:space:]' <"$VERSION_FILE")"
version="${version#v}"
if ! printf '%s' "$version" | grep -Eqx '[0-9]+\.[0-9]+\.[0-9]+'; then
  echo "$VERSION_FILE holds '$version'; a version such as 1.2.3 is needed" >&2
  exit 1
fi
printf 'v%s-commit.g%.7s' "$version" "$COMMIT" | tee "$RESULT"
