{{/*
The labels of every object.
*/}}
{{- define "vault-runtime.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{/*
The secrets whose group is on, as JSON: {"secrets": [...]}.
*/}}
{{- define "vault-runtime.secrets" -}}
{{- $secrets := list -}}
{{- range .Values.secrets -}}
  {{- if or (eq .group "always") (get $.Values.groups .group) -}}
    {{- $secrets = append $secrets . -}}
  {{- end -}}
{{- end -}}
{{- dict "secrets" $secrets | toJson -}}
{{- end -}}

{{/*
The namespaces that those secrets are written to, as JSON: {"namespaces": [...]}. A namespace without
secrets needs no login, and vault-config does not bind its service account.
*/}}
{{- define "vault-runtime.namespaces" -}}
{{- $namespaces := list -}}
{{- range (include "vault-runtime.secrets" . | fromJson).secrets -}}
  {{- $namespaces = append $namespaces (get $.Values.namespaces .namespace) -}}
{{- end -}}
{{- dict "namespaces" ($namespaces | uniq | sortAlpha) | toJson -}}
{{- end -}}
