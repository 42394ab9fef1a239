{{/*
The name of the chart's objects: the release's name where that contains the chart's, else both.
*/}}
{{- define "nostouch.fullname" -}}
{{- if contains .Chart.Name .Release.Name -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/*
The labels that find the pods; they must not change during a release's life.
*/}}
{{- define "nostouch.selectorLabels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{/*
The labels of every object.
*/}}
{{- define "nostouch.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{ include "nostouch.selectorLabels" . }}
app.kubernetes.io/version: {{ .Values.image.tag | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{/*
The reference of an image, from a map with repository and tag.
*/}}
{{- define "nostouch.image" -}}
{{- printf "%s:%s" .repository (required (printf "image %s needs a tag" .repository) .tag) -}}
{{- end -}}

{{/*
The security contexts that the SCC restricted-v2 asks for. The namespace's ranges give user and group.
*/}}
{{- define "nostouch.podSecurityContext" -}}
runAsNonRoot: true
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{- define "nostouch.securityContext" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end -}}

{{/*
The environment variables of the main container: the plain ones, whose templates are expanded, then
those from Secrets.
*/}}
{{- define "nostouch.env" -}}
{{- range $name, $value := .Values.env }}
- name: {{ $name }}
  value: {{ tpl $value $ | quote }}
{{- end }}
{{- range $name, $ref := .Values.secretEnv }}
- name: {{ $name }}
  valueFrom:
    secretKeyRef:
      {{- toYaml $ref | nindent 6 }}
{{- end }}
{{- end -}}
