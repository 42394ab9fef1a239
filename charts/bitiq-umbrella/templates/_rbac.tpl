{{/*
What Argo CD needs to keep an object: all that it does with those it applies.
*/}}
{{- define "bitiq-umbrella.manageVerbs" -}}
[get, list, watch, create, update, patch, delete]
{{- end -}}

{{/*
The service account of Argo CD's application controller, as the subject of a binding.
*/}}
{{- define "bitiq-umbrella.controllerSubject" -}}
- kind: ServiceAccount
  name: openshift-gitops-argocd-application-controller
  namespace: {{ .Release.Namespace }}
{{- end -}}

{{/*
The head of a cluster-wide grant: its binding, and its ClusterRole up to the rules that the caller writes.
Takes a dict: root, the chart's context; name.
*/}}
{{- define "bitiq-umbrella.clusterRole" -}}
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  name: {{ .name }}
  labels:
    {{- include "bitiq-umbrella.labels" .root | nindent 4 }}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: {{ .name }}
subjects:
  {{- include "bitiq-umbrella.controllerSubject" .root | nindent 2 }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: {{ .name }}
  labels:
    {{- include "bitiq-umbrella.labels" .root | nindent 4 }}
{{- end -}}

{{/*
The same for a grant in one namespace. Takes a dict: root; name; namespace.
*/}}
{{- define "bitiq-umbrella.role" -}}
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: {{ .name }}
  namespace: {{ .namespace }}
  labels:
    {{- include "bitiq-umbrella.labels" .root | nindent 4 }}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: Role
  name: {{ .name }}
subjects:
  {{- include "bitiq-umbrella.controllerSubject" .root | nindent 2 }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: {{ .name }}
  namespace: {{ .namespace }}
  labels:
    {{- include "bitiq-umbrella.labels" .root | nindent 4 }}
{{- end -}}

{{/*
Rules that let Argo CD bind other people's ClusterRoles cluster-wide. Takes a list of their names.
*/}}
{{- define "bitiq-umbrella.bindRules" -}}
- apiGroups: [rbac.authorization.k8s.io]
  resources: [clusterrolebindings]
  verbs: {{ include "bitiq-umbrella.manageVerbs" . }}
- apiGroups: [rbac.authorization.k8s.io]
  resources: [clusterroles]
  resourceNames: {{ toJson . }}
  verbs: [bind]
{{- end -}}
