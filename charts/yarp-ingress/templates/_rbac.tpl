{{/* What the controller reads and writes where it serves Ingresses: in one namespace, or in all. */}}
{{- define "yarp-ingress.rbac.served" -}}
# Watched. Of Secrets only those of type kubernetes.io/tls; others one by one, by name, when an Ingress refers to them.
- apiGroups: [""]
  resources: [services, endpoints, secrets]
  verbs: [get, list, watch]
- apiGroups: [discovery.k8s.io]
  resources: [endpointslices]
  verbs: [get, list, watch]
- apiGroups: [networking.k8s.io]
  resources: [ingresses]
  verbs: [get, list, watch]
# Watched one by one, by name, when an Ingress or a setting refers to them.
- apiGroups: [""]
  resources: [configmaps]
  verbs: [get, list, watch]
# All that is written there.
- apiGroups: [networking.k8s.io]
  resources: [ingresses/status]
  verbs: [patch]
- apiGroups: [""]
  resources: [events]
  verbs: [create, patch]
{{- end -}}

{{/* Whether nodes are read: for their addresses, which are published, or for the zone of the pod. */}}
{{- define "yarp-ingress.rbac.nodes" -}}
{{- if or .Values.controller.enableTopologyAwareRouting (not (include "yarp-ingress.publishService" .)) (eq .Values.controller.service.type "NodePort") -}}
true
{{- end -}}
{{- end -}}
