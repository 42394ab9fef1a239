{{/*
Labels of every object.
*/}}
{{- define "toolkit.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{ include "toolkit.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- with .Values.toolkit.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/*
Labels that select the pods; they must never change in the life of a release.
*/}}
{{- define "toolkit.selectorLabels" -}}
app.kubernetes.io/name: {{ include "toolkit.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}
