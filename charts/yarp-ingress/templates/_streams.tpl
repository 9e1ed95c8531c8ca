{{/* The ConfigMap of TCP or UDP ports, and the right to watch it where it is in another namespace. */}}
{{- define "yarp-ingress.streams" -}}
{{- $name := printf "%s-%s" (include "yarp-ingress.fullname" .root) .name -}}
{{- $namespace := include "yarp-ingress.streams.namespace" . -}}
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ $name }}
  namespace: {{ $namespace }}
  labels:
    {{- include "yarp-ingress.controller.labels" .root | nindent 4 }}
  {{- with .values.annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
data:
  {{- range $port, $target := .ports }}
  {{ $port | quote }}: {{ $target | quote }}
  {{- end }}
{{- if and .root.Values.rbac.create (ne $namespace (include "yarp-ingress.namespace" .root)) }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: {{ $name }}
  namespace: {{ $namespace }}
  labels:
    {{- include "yarp-ingress.controller.labels" .root | nindent 4 }}
rules:
  {{- include "yarp-ingress.streams.rule" . | nindent 2 }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: {{ $name }}
  namespace: {{ $namespace }}
  labels:
    {{- include "yarp-ingress.controller.labels" .root | nindent 4 }}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: Role
  name: {{ $name }}
subjects:
  - kind: ServiceAccount
    name: {{ include "yarp-ingress.serviceAccountName" .root }}
    namespace: {{ include "yarp-ingress.namespace" .root }}
{{- end }}
{{- end -}}

{{/* The right to watch that ConfigMap. */}}
{{- define "yarp-ingress.streams.rule" -}}
- apiGroups: [""]
  resources: [configmaps]
  resourceNames: [{{ printf "%s-%s" (include "yarp-ingress.fullname" .root) .name | quote }}]
  verbs: [get, list, watch]
{{- end -}}

{{/* The rights of the ports' ConfigMaps in the controller's own namespace. */}}
{{- define "yarp-ingress.streams.rules" -}}
{{- $own := include "yarp-ingress.namespace" . -}}
{{- $tcp := dict "root" . "name" "tcp" "values" .Values.controller.tcp -}}
{{- $udp := dict "root" . "name" "udp" "values" .Values.controller.udp -}}
{{- if and .Values.tcp (eq $own (include "yarp-ingress.streams.namespace" $tcp)) -}}
{{- include "yarp-ingress.streams.rule" $tcp | nindent 0 -}}
{{- end -}}
{{- if and .Values.udp (eq $own (include "yarp-ingress.streams.namespace" $udp)) -}}
{{- include "yarp-ingress.streams.rule" $udp | nindent 0 -}}
{{- end -}}
{{- end -}}
