{{/*
The name of the chart's objects: the release's name where that contains the chart's, else both.
*/}}
{{- define "signet-landing.fullname" -}}
{{- if contains .Chart.Name .Release.Name -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/*
The labels that find the pods; they must not change during a release's life.
*/}}
{{- define "signet-landing.selectorLabels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{/*
The labels of every object.
*/}}
{{- define "signet-landing.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{ include "signet-landing.selectorLabels" . }}
app.kubernetes.io/version: {{ .Values.image.tag | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{/*
The reference of an image, from a map with repository and tag.
*/}}
{{- define "signet-landing.image" -}}
{{- printf "%s:%s" .repository (required (printf "image %s needs a tag" .repository) .tag) -}}
{{- end -}}

{{/*
The security contexts that the SCC restricted-v2 asks for. The namespace's ranges give user and group.
*/}}
{{- define "signet-landing.podSecurityContext" -}}
runAsNonRoot: true
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{- define "signet-landing.securityContext" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end -}}

{{/*
The environment variables of the main container: the plain ones, whose templates are expanded, then
those from Secrets.
*/}}
{{- define "signet-landing.env" -}}
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

{{/*
A public host: the one that is given, else <prefix>.<baseDomain>. Takes a dict of host, prefix and root,
the chart's context.
*/}}
{{- define "signet-landing.host" -}}
{{- if .host -}}
{{- .host -}}
{{- else -}}
{{- printf "%s.%s" .prefix (required "baseDomain is required where a host is left empty" .root.Values.baseDomain) -}}
{{- end -}}
{{- end -}}

{{/*
The host that browsers ask for.
*/}}
{{- define "signet-landing.publicHost" -}}
{{- include "signet-landing.host" (dict "host" .Values.ingress.host "prefix" .Values.ingress.hostPrefix "root" .) -}}
{{- end -}}

{{/*
The Secret that cert-manager writes the certificate to.
*/}}
{{- define "signet-landing.certificateSecretName" -}}
{{- .Values.certificate.secretName | default (printf "%s-tls" (include "signet-landing.fullname" .)) -}}
{{- end -}}
