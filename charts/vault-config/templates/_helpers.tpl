{{/*
The labels of every object.
*/}}
{{- define "vault-config.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{/*
How the operator reaches Vault and logs in: the first fields of every spec.
*/}}
{{- define "vault-config.access" -}}
connection:
  address: {{ .Values.vault.address }}
  {{- if or .Values.vault.caCertSecretRef .Values.vault.tlsServerName }}
  tLSConfig:
    {{- with .Values.vault.caCertSecretRef }}
    tlsSecret:
      name: {{ . }}
    {{- end }}
    {{- with .Values.vault.tlsServerName }}
    tlsServerName: {{ . }}
    {{- end }}
  {{- end }}
authentication:
  path: {{ .Values.kubernetes.mountPath }}
  role: {{ .Values.connection.role }}
  serviceAccount:
    name: {{ .Values.connection.serviceAccountName }}
{{- end -}}

{{/*
Where the operator puts the auth method: it joins spec.path and the object's name, so that a mount at the
top, such as `kubernetes`, is an object of that name without spec.path.
*/}}
{{- define "vault-config.mountName" -}}
{{- base .Values.kubernetes.mountPath -}}
{{- end -}}
{{- define "vault-config.mountParent" -}}
{{- dir .Values.kubernetes.mountPath | trimPrefix "." -}}
{{- end -}}

{{/*
Name of the service account whose token Vault reviews logins with.
*/}}
{{- define "vault-config.tokenReviewer" -}}
{{- printf "%s-token-reviewer" .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- end -}}
