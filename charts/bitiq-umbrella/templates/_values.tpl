{{/*
Values that the umbrella passes inline: what depends on the environment, and what a remote chart is told.
One template for each app with inlineValues, named bitiq-umbrella.values.<app>.
*/}}

{{- define "bitiq-umbrella.values.bootstrap-operators" -}}
installPlanApproval: {{ .Values.operators.installPlanApproval }}
{{- end -}}

{{- define "bitiq-umbrella.values.vault-dev" -}}
enabled: true
bootstrap:
  kubernetesMount: {{ .Values.vault.kubernetesMount }}
  connectionRole: {{ .Values.vault.connectionRole }}
  connectionNamespace: {{ .Release.Namespace }}
{{- end -}}

{{- define "bitiq-umbrella.values.couchbase-operator" -}}
install:
  couchbaseOperator: true
  admissionController: true
  # The cluster is an app of its own (charts/couchbase-cluster).
  couchbaseCluster: false
  syncGateway: false
couchbaseOperator:
  # Watches its own namespace only.
  scope: Role
  resources:
    requests: { cpu: 50m, memory: 128Mi }
    limits: { cpu: 500m, memory: 256Mi }
admissionController:
  # Its webhook is cluster-scoped.
  scope: ClusterRole
  resources:
    requests: { cpu: 20m, memory: 64Mi }
    limits: { cpu: 200m, memory: 128Mi }
{{- end -}}

{{- define "bitiq-umbrella.values.vault-config" -}}
vault:
  address: {{ include "bitiq-umbrella.vaultAddress" . }}
  caCertSecretRef: {{ .Values.vault.caSecret | quote }}
connection:
  role: {{ .Values.vault.connectionRole }}
kubernetes:
  mountPath: {{ .Values.vault.kubernetesMount }}
  host: {{ .Values.vault.kubernetesHost }}
  tokenReviewer:
    enabled: {{ .Values.vault.external }}
policies:
  - name: {{ include "bitiq-umbrella.vaultRole" . }}
role:
  name: {{ include "bitiq-umbrella.vaultRole" . }}
  policies:
    - {{ include "bitiq-umbrella.vaultRole" . }}
  namespaces:
    - {{ .Release.Namespace }}
    - {{ include "bitiq-umbrella.namespace" (dict "root" . "kind" "pipelines") }}
    - {{ include "bitiq-umbrella.appNamespace" . }}
    {{- if .Values.certManager.route53.enabled }}
    - cert-manager
    {{- end }}
{{- end -}}

{{- define "bitiq-umbrella.values.vault-runtime" -}}
vault:
  address: {{ include "bitiq-umbrella.vaultAddress" . }}
  caCertSecretRef: {{ .Values.vault.caSecret | quote }}
  kubernetesMount: {{ .Values.vault.kubernetesMount }}
  roleName: {{ include "bitiq-umbrella.vaultRole" . }}
namespaces:
  gitops: {{ .Release.Namespace }}
  pipelines: {{ include "bitiq-umbrella.namespace" (dict "root" . "kind" "pipelines") }}
  app: {{ include "bitiq-umbrella.appNamespace" . }}
groups:
  couchbase: {{ .Values.apps.couchbase.enabled }}
  nostrQuery: {{ (index .Values.apps "nostr-query").enabled }}
  route53: {{ .Values.certManager.route53.enabled }}
{{- end -}}

{{- define "bitiq-umbrella.values.cert-manager-config" -}}
route53:
  enabled: {{ .Values.certManager.route53.enabled }}
{{- end -}}

{{- define "bitiq-umbrella.values.ci-pipelines" -}}
env: {{ include "bitiq-umbrella.env" . }}
gitops:
  repoUrl: {{ .Values.repoUrl | quote }}
  revision: {{ .Values.targetRevision | quote }}
{{- with .Values.ciPipelines.fsGroup }}
{{- /* A large number of a values file is a float, and would print in scientific notation. */}}
fsGroup: {{ int64 . }}
{{- end }}
{{- with .Values.ciPipelines.storageClass }}
persistence:
  storageClass: {{ . }}
{{- end }}
{{- end -}}
