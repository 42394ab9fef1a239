{{/*
The security context of a pod. OpenShift gives each namespace its own user IDs, so there none is named.
*/}}
{{- define "toolkit.podSecurityContext" -}}
runAsNonRoot: true
{{- if not (.Capabilities.APIVersions.Has "security.openshift.io/v1") }}
runAsUser: 101
runAsGroup: 101
fsGroup: 101
{{- end }}
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{/*
The security context of a container.
*/}}
{{- define "toolkit.containerSecurityContext" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end -}}
