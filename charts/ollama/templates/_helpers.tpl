{{/*
The name of the chart's objects: the release's name where that contains the chart's, else both.
*/}}
{{- define "ollama.fullname" -}}
{{- if contains .Chart.Name .Release.Name -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/*
The labels that find the pods; they must not change during a release's life.
*/}}
{{- define "ollama.selectorLabels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{/*
The labels of every object.
*/}}
{{- define "ollama.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{ include "ollama.selectorLabels" . }}
{{- if eq .Values.mode "gpu" }}
app.kubernetes.io/version: {{ .Values.image.tag | quote }}
{{- end }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{/*
The reference of an image, from a map with repository and tag.
*/}}
{{- define "ollama.image" -}}
{{- printf "%s:%s" .repository (required (printf "image %s needs a tag" .repository) .tag) -}}
{{- end -}}

{{/*
The security contexts that the SCC restricted-v2 asks for. The namespace's ranges give user and group.
*/}}
{{- define "ollama.podSecurityContext" -}}
runAsNonRoot: true
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{- define "ollama.securityContext" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end -}}

{{/*
The Service that leads to the models.
*/}}
{{- define "ollama.serviceName" -}}
{{- include "ollama.fullname" . }}{{ if eq .Values.mode "external" }}-external{{ end }}
{{- end -}}
