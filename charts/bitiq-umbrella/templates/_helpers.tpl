{{- define "bitiq-umbrella.env" -}}
{{- required "env is required: the ApplicationSet passes it as a helm parameter (charts/argocd-apps)" .Values.env -}}
{{- end -}}

{{- define "bitiq-umbrella.appNamespace" -}}
{{- required "appNamespace is required: the ApplicationSet passes it as a helm parameter (charts/argocd-apps)" .Values.appNamespace -}}
{{- end -}}

{{- define "bitiq-umbrella.labels" -}}
bitiq.io/env: {{ include "bitiq-umbrella.env" . | quote }}
app.kubernetes.io/part-of: bitiq-umbrella
{{- end -}}

{{/*
The namespace behind a word of the table of apps. Takes a dict: root, the chart's context; kind, the word.
The umbrella itself is deployed beside Argo CD, so gitops is the release's own namespace.
*/}}
{{- define "bitiq-umbrella.namespace" -}}
{{- if eq .kind "app" -}}
{{- include "bitiq-umbrella.appNamespace" .root -}}
{{- else if eq .kind "gitops" -}}
{{- .root.Release.Namespace -}}
{{- else if eq .kind "pipelines" -}}
openshift-pipelines
{{- else if eq .kind "vault-dev" -}}
vault-dev
{{- else -}}
{{- fail (printf "namespace %q of an app is none of app, gitops, pipelines, vault-dev" .kind) -}}
{{- end -}}
{{- end -}}

{{/*
Name of the Vault role of an environment, and of the policy that the role carries.
*/}}
{{- define "bitiq-umbrella.vaultRole" -}}
gitops-{{ include "bitiq-umbrella.env" . }}
{{- end -}}

{{- define "bitiq-umbrella.vaultAddress" -}}
{{- required "vault.address is required: values-<env>.yaml of the umbrella sets it" .Values.vault.address -}}
{{- end -}}

{{/*
The annotations with which Argo CD Image Updater follows the image of an app.
Takes a dict: root, the chart's context; chart, the folder below charts/; updater, the app's imageUpdater block.
*/}}
{{- define "bitiq-umbrella.imageUpdaterAnnotations" -}}
{{- $prefix := "argocd-image-updater.argoproj.io" -}}
{{- $settings := .root.Values.imageUpdater -}}
{{ $prefix }}/image-list: {{ .chart }}={{ .updater.image }}
{{ $prefix }}/{{ .chart }}.update-strategy: {{ .updater.strategy }}
{{ $prefix }}/{{ .chart }}.platforms: {{ $settings.platforms }}
{{ $prefix }}/{{ .chart }}.allow-tags: {{ $settings.allowTags | quote }}
{{ $prefix }}/{{ .chart }}.helm.image-name: image.repository
{{ $prefix }}/{{ .chart }}.helm.image-tag: image.tag
{{ $prefix }}/write-back-method: git
{{ $prefix }}/write-back-target: helmvalues:/charts/{{ .chart }}/values-{{ .root.Values.env }}.yaml
{{ $prefix }}/git-branch: {{ .root.Values.targetRevision | quote }}
{{ $prefix }}/interval: {{ $settings.interval }}
{{- end -}}
