{{/*
The name of the chart's objects: the release's name where that contains the chart's, else both.
*/}}
{{- define "nginx-sites.fullname" -}}
{{- if contains .Chart.Name .Release.Name -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/*
The labels that find the pods; they must not change during a release's life.
*/}}
{{- define "nginx-sites.selectorLabels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{/*
The labels of every object.
*/}}
{{- define "nginx-sites.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{ include "nginx-sites.selectorLabels" . }}
app.kubernetes.io/version: {{ .Values.image.tag | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{/*
The reference of an image, from a map with repository and tag.
*/}}
{{- define "nginx-sites.image" -}}
{{- printf "%s:%s" .repository (required (printf "image %s needs a tag" .repository) .tag) -}}
{{- end -}}

{{/*
The security contexts that the SCC restricted-v2 asks for. The namespace's ranges give user and group.
*/}}
{{- define "nginx-sites.podSecurityContext" -}}
runAsNonRoot: true
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{- define "nginx-sites.securityContext" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end -}}

{{/*
A public host: the one that is given, else <prefix>.<baseDomain>. Takes a dict of host, prefix and root,
the chart's context.
*/}}
{{- define "nginx-sites.host" -}}
{{- if .host -}}
{{- .host -}}
{{- else -}}
{{- printf "%s.%s" .prefix (required "baseDomain is required where a host is left empty" .root.Values.baseDomain) -}}
{{- end -}}
{{- end -}}

{{/*
The host of a site. Takes a dict of site, an item of sites, and root, the chart's context.
*/}}
{{- define "nginx-sites.siteHost" -}}
{{- include "nginx-sites.host" (dict "host" .site.host "prefix" .site.name "root" .root) -}}
{{- end -}}
