{{- define "cert-manager-config.labels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end -}}

{{/*
The ACME account of an issuer. Takes a dict: root, the chart's context; name, the issuer's.
*/}}
{{- define "cert-manager-config.acmeAccount" -}}
server: {{ required "acme.server is required: values-<env>.yaml sets it" .root.Values.acme.server }}
{{- with .root.Values.acme.email }}
email: {{ . }}
{{- end }}
privateKeySecretRef:
  name: {{ .name }}-account
{{- end -}}
