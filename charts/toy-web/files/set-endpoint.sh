# Copies the site to the volume that the server reads, with the API's URL in place of the placeholder.
set -eu
: "${API_BASE_URL:?is empty; seed it in Vault}"

cp -R {{ .Values.endpoint.root }}/. /site/
# What sed would read as a command in a replacement is escaped.
url=$(printf '%s' "$API_BASE_URL" | sed 's/[\\&|]/\\&/g')
sed "s|{{ .Values.endpoint.placeholder }}|$url|g" \
  {{ .Values.endpoint.root }}/{{ .Values.endpoint.script }} > /site/{{ .Values.endpoint.script }}
