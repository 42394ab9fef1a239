{{/*
The labels of every object.
*/}}
{{- define "ci-pipelines.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
bitiq.io/env: {{ .Values.env }}
{{- end -}}

{{/*
The reference of an image, from a map with repository and tag.
*/}}
{{- define "ci-pipelines.image" -}}
{{- printf "%s:%s" .repository .tag -}}
{{- end -}}

{{/*
A task of Artifact Hub, from a map with name and version.
*/}}
{{- define "ci-pipelines.hubTask" -}}
resolver: hub
params:
  - name: kind
    value: task
  - name: name
    value: {{ .name }}
  - name: version
    value: {{ .version | quote }}
{{- end -}}

{{/*
What every step that this chart writes gets: few resources, no privileges.
*/}}
{{- define "ci-pipelines.stepTemplate" -}}
computeResources:
  {{- toYaml .Values.resources | nindent 2 }}
securityContext:
  allowPrivilegeEscalation: false
  runAsNonRoot: true
  capabilities:
    drop: [ALL]
  seccompProfile:
    type: RuntimeDefault
{{- end -}}

{{/*
The GitOps repository as GitHub's events name it: owner/name.
*/}}
{{- define "ci-pipelines.gitopsRepository" -}}
{{- regexReplaceAll "^https://[^/]+/(.+)[.]git$" .Values.gitops.repoUrl "${1}" -}}
{{- end -}}

{{/*
Every pipeline that GitHub starts, as JSON: {"pipelines": [{name, filter, tasks}]}. `filter` is the CEL
expression that picks its events, `tasks` gives the resources of the tasks from Artifact Hub.
*/}}
{{- define "ci-pipelines.triggered" -}}
{{- $clone := dict "name" "clone" "resources" .Values.taskResources.gitClone -}}
{{- $build := dict "name" "build" "resources" .Values.taskResources.buildah -}}
{{- $pipelines := list -}}
{{- range .Values.builds -}}
  {{- $filter := printf "!body.deleted && body.repository.full_name == '%s' && body.ref == 'refs/heads/%s'" .repository .branch -}}
  {{- $pipelines = append $pipelines (dict "name" .name "filter" $filter "tasks" (list $clone $build)) -}}
{{- end -}}
{{- /* A push that gitops-maintenance made itself must not start it again. */ -}}
{{- $filter := printf "!body.deleted && body.repository.full_name == '%s' && body.ref == 'refs/heads/%s' && !body.head_commit.message.startsWith('%s') && body.commits.exists(c, c.modified.exists(f, f.matches('^charts/[^/]+/values-[^/]+[.]yaml$')))"
      (include "ci-pipelines.gitopsRepository" .) .Values.gitops.revision (include "ci-pipelines.commitMessage" .) -}}
{{- $pipelines = append $pipelines (dict "name" "gitops-maintenance" "filter" $filter "tasks" (list $clone)) -}}
{{- dict "pipelines" $pipelines | toJson -}}
{{- end -}}

{{/*
First line of gitops-maintenance's commits.
*/}}
{{- define "ci-pipelines.commitMessage" -}}
Align image tags and appVersion
{{- end -}}
