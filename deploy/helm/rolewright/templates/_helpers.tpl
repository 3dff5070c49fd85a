{{- define "rolewright.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "rolewright.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 52 | trimSuffix "-" }}
{{- else if contains (include "rolewright.name" .) .Release.Name }}
{{- .Release.Name | trunc 52 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name (include "rolewright.name" .) | trunc 52 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{- define "rolewright.selectorLabels" -}}
app.kubernetes.io/name: {{ include "rolewright.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{/* The pods of the service, and not those of the migration. */}}
{{- define "rolewright.serviceLabels" -}}
{{ include "rolewright.selectorLabels" . }}
app.kubernetes.io/component: service
{{- end }}

{{- define "rolewright.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{- define "rolewright.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}
{{- end }}

{{- define "rolewright.serviceAccountName" -}}
{{- if .Values.serviceAccount.create }}
{{- default (include "rolewright.fullname" .) .Values.serviceAccount.name }}
{{- else }}
{{- default "default" .Values.serviceAccount.name }}
{{- end }}
{{- end }}

{{- define "rolewright.podSecurityContext" -}}
runAsNonRoot: true
runAsUser: 1000
runAsGroup: 1000
# So that this user can read the mounted secrets.
fsGroup: 1000
seccompProfile:
  type: RuntimeDefault
{{- end }}

{{- define "rolewright.securityContext" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end }}

{{/* Of (dict "settings" LIST): each setting is read from its file. */}}
{{- define "rolewright.secretEnv" -}}
{{- range .settings }}
- name: {{ . }}_FILE
  value: /etc/rolewright/secrets/{{ . }}
{{- end }}
{{- end }}

{{- define "rolewright.mounts" -}}
- name: secrets
  mountPath: /etc/rolewright/secrets
  readOnly: true
{{- if .Values.databaseCa.configMap }}
- name: database-ca
  mountPath: /etc/rolewright/ca
  readOnly: true
{{- end }}
{{- end }}

{{/* Of (dict "root" $ "secret" NAME "settings" LIST). */}}
{{- define "rolewright.volumes" -}}
- name: secrets
  secret:
    secretName: {{ .secret }}
    defaultMode: 0440
    items:
      {{- range .settings }}
      - key: {{ . }}
        path: {{ . }}
      {{- end }}
{{- if .root.Values.databaseCa.configMap }}
- name: database-ca
  configMap:
    name: {{ .root.Values.databaseCa.configMap }}
    items:
      - key: {{ .root.Values.databaseCa.key }}
        path: ca.pem
{{- end }}
{{- end }}
