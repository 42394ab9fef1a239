{{/*
The names of all environments, for messages.
*/}}
{{- define "argocd-apps.envNames" -}}
{{- $names := list -}}
{{- range .Values.envs -}}
{{- $names = append $names .name -}}
{{- end -}}
{{- join ", " $names -}}
{{- end -}}

{{/*
The apps domain of one environment. Takes a dict: env, an element of `envs`; root, the chart's context.
*/}}
{{- define "argocd-apps.baseDomain" -}}
{{- $message := printf "environment %s has no baseDomain: set baseDomainOverride to the apps domain of its cluster (--set baseDomainOverride=apps.%s.example)" .env.name .env.name -}}
{{- coalesce .root.Values.baseDomainOverride .env.baseDomain | required $message -}}
{{- end -}}

{{- define "argocd-apps.labels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end -}}
