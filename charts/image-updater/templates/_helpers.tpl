{{/*
The name of the chart's objects: the release's name where that contains the chart's, else both.
*/}}
{{- define "image-updater.fullname" -}}
{{- if contains .Chart.Name .Release.Name -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/*
The labels that find the pods; they must not change during a release's life.
*/}}
{{- define "image-updater.selectorLabels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{/*
The labels of every object.
*/}}
{{- define "image-updater.labels" -}}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{ include "image-updater.selectorLabels" . }}
app.kubernetes.io/version: {{ .Values.image.tag | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{/*
registries.conf, whose checksum restarts the pod.
*/}}
{{- define "image-updater.registries" -}}
{{- toYaml (dict "registries" .Values.registries) -}}
{{- end -}}
