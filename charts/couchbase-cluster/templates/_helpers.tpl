{{/*
The name of the chart's objects: the release's name where that contains the chart's, else both.
*/}}
{{- define "couchbase-cluster.fullname" -}}
{{- if contains .Chart.Name .Release.Name -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/*
The labels that tell the release's objects; the operator finds its buckets and users by them.
*/}}
{{- define "couchbase-cluster.selectorLabels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{/*
The labels of every object.
*/}}
{{- define "couchbase-cluster.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{ include "couchbase-cluster.selectorLabels" . }}
app.kubernetes.io/version: {{ .Values.image.tag | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{/*
The labels that the operator gives the cluster's pods.
*/}}
{{- define "couchbase-cluster.podLabels" -}}
app: couchbase
couchbase_cluster: {{ include "couchbase-cluster.fullname" . }}
{{- end -}}

{{/*
The console's host: the one that is given, else <prefix>.<baseDomain>.
*/}}
{{- define "couchbase-cluster.host" -}}
{{- if .Values.route.host -}}
{{- .Values.route.host -}}
{{- else -}}
{{- printf "%s.%s" .Values.route.hostPrefix (required "baseDomain is required where route.host is left empty" .Values.baseDomain) -}}
{{- end -}}
{{- end -}}
