# nak streams the relay's events, one a line; nostouch writes each into the bucket and serves its metrics.
# Whichever ends takes the other with it, and the pod starts again.
set -eu
nak req --stream
{{- range .Values.relay.kinds }} --kind {{ int . }}{{ end }} \
  {{ tpl .Values.relay.url . }} \
  | nostouch --metrics-address :8080
