{{/*
The name of the chart's objects: the release's name where that contains the chart's, else both.
*/}}
{{- define "vault-dev.fullname" -}}
{{- if contains .Chart.Name .Release.Name -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/*
The labels that find the pods; they must not change during a release's life.
*/}}
{{- define "vault-dev.selectorLabels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{/*
The labels of every object.
*/}}
{{- define "vault-dev.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{ include "vault-dev.selectorLabels" . }}
app.kubernetes.io/version: {{ .Values.image.tag | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{/*
The image of every container: server, unsealing and bootstrap all run Vault's own.
*/}}
{{- define "vault-dev.image" -}}
{{- printf "%s:%s" .Values.image.repository .Values.image.tag -}}
{{- end -}}

{{/*
The name of the ConfigMap with the server's configuration and the scripts.
*/}}
{{- define "vault-dev.configName" -}}
{{- printf "%s-config" (include "vault-dev.fullname" .) -}}
{{- end -}}

{{/*
The security contexts that the SCC restricted-v2 asks for. The namespace's ranges give user and group.
*/}}
{{- define "vault-dev.podSecurityContext" -}}
runAsNonRoot: true
seccompProfile:
  type: RuntimeDefault
{{- end -}}
{{- define "vault-dev.securityContext" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
runAsNonRoot: true
capabilities:
  drop: [ALL]
seccompProfile:
  type: RuntimeDefault
{{- end -}}
