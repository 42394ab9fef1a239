{{/*
The chart's name, or what nameOverride says.
*/}}
{{- define "toolkit.name" -}}
{{- .Values.nameOverride | default .Chart.Name | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/*
The name of the release's objects. A release that is named after the chart does not say it twice.
*/}}
{{- define "toolkit.fullname" -}}
{{- if .Values.fullnameOverride -}}
  {{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" -}}
{{- else -}}
  {{- $name := include "toolkit.name" . -}}
  {{- if contains $name .Release.Name -}}
    {{- .Release.Name | trunc 63 | trimSuffix "-" -}}
  {{- else -}}
    {{- printf "%s-%s" .Release.Name $name | trunc 63 | trimSuffix "-" -}}
  {{- end -}}
{{- end -}}
{{- end -}}

{{/*
The service account of the pods.
*/}}
{{- define "toolkit.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
  {{- .Values.serviceAccount.name | default (include "toolkit.fullname" .) -}}
{{- else -}}
  {{- .Values.serviceAccount.name | default "default" -}}
{{- end -}}
{{- end -}}

{{/*
An image reference. A digest wins over a tag; without either it is the chart's appVersion.
  {{ include "toolkit.image" (dict "image" .Values.image "root" $) }}
*/}}
{{- define "toolkit.image" -}}
{{- $repository := .image.repository -}}
{{- with .root.Values.global -}}
  {{- with .imageRegistry -}}
    {{- $repository = printf "%s/%s" . $repository -}}
  {{- end -}}
{{- end -}}
{{- if .image.digest -}}
  {{- printf "%s@%s" $repository .image.digest -}}
{{- else -}}
  {{- printf "%s:%s" $repository (.image.tag | default .root.Chart.AppVersion | toString) -}}
{{- end -}}
{{- end -}}
