{{/* Names, labels and what depends on several values. */}}

{{- define "yarp-ingress.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "yarp-ingress.namespace" -}}
{{- default .Release.Namespace .Values.namespaceOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/* The release's name, with the chart's where it is not in it. Short enough for the endings that objects add. */}}
{{- define "yarp-ingress.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 44 | trimSuffix "-" -}}
{{- else -}}
{{- $name := include "yarp-ingress.name" . -}}
{{- if contains $name .Release.Name -}}
{{- .Release.Name | trunc 44 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 44 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "yarp-ingress.selectorLabels" -}}
app.kubernetes.io/name: {{ include "yarp-ingress.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "yarp-ingress.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{ include "yarp-ingress.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/part-of: {{ include "yarp-ingress.name" . }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "yarp-ingress.controller.labels" -}}
{{ include "yarp-ingress.labels" . }}
app.kubernetes.io/component: {{ .Values.controller.name }}
{{- with .Values.controller.labels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "yarp-ingress.controller.selectorLabels" -}}
{{ include "yarp-ingress.selectorLabels" . }}
app.kubernetes.io/component: {{ .Values.controller.name }}
{{- end -}}

{{- define "yarp-ingress.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "yarp-ingress.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{/* The image of a block of values; its tag defaults to "tag". */}}
{{- define "yarp-ingress.image" -}}
{{- $image := .image -}}
{{- $path := $image.image -}}
{{- if $image.repository -}}
{{- $path = $image.repository -}}
{{- else if $image.registry -}}
{{- $path = printf "%s/%s" $image.registry $image.image -}}
{{- end -}}
{{- if $image.digest -}}
{{- printf "%s@%s" $path $image.digest -}}
{{- else -}}
{{- printf "%s:%s" $path (default .tag $image.tag) -}}
{{- end -}}
{{- end -}}

{{/* A text, a number or a flag as text. Helm reads numbers as floating point, which toString writes as 3.1536e+07. */}}
{{- define "yarp-ingress.text" -}}
{{- if kindIs "string" . }}{{ . }}{{ else }}{{ toYaml . }}{{ end -}}
{{- end -}}

{{- define "yarp-ingress.securityContext" -}}
{{- if .containerSecurityContext -}}
{{ toYaml .containerSecurityContext }}
{{- else -}}
runAsNonRoot: {{ .image.runAsNonRoot }}
runAsUser: {{ int64 .image.runAsUser }}
runAsGroup: {{ int64 .image.runAsGroup }}
allowPrivilegeEscalation: {{ .image.allowPrivilegeEscalation }}
readOnlyRootFilesystem: {{ .image.readOnlyRootFilesystem }}
seccompProfile:
  {{- toYaml .image.seccompProfile | nindent 2 }}
capabilities:
  drop:
    - ALL
{{- end -}}
{{- end -}}

{{/* The namespace that is watched; empty when all are. */}}
{{- define "yarp-ingress.watched" -}}
{{- if .Values.controller.scope.enabled -}}
{{- default (include "yarp-ingress.namespace" .) .Values.controller.scope.namespace -}}
{{- end -}}
{{- end -}}

{{- define "yarp-ingress.publishService" -}}
{{- $controller := .Values.controller -}}
{{- if $controller.publishService.enabled -}}
{{- if $controller.publishService.pathOverride -}}
{{- $controller.publishService.pathOverride -}}
{{- else if $controller.service.enabled -}}
{{- if $controller.service.external.enabled -}}
$(POD_NAMESPACE)/{{ include "yarp-ingress.fullname" . }}
{{- else if $controller.service.internal.enabled -}}
$(POD_NAMESPACE)/{{ include "yarp-ingress.fullname" . }}-internal
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "yarp-ingress.electionID" -}}
{{- default "yarp-ingress-leader" .Values.controller.electionID -}}
{{- end -}}

{{/* The Service, Secret and ValidatingWebhookConfiguration of the webhook. */}}
{{- define "yarp-ingress.webhook" -}}
{{ include "yarp-ingress.fullname" . }}-admission
{{- end -}}

{{/* The Secret whose certificate is mounted; empty when the controller makes one for itself. */}}
{{- define "yarp-ingress.webhook.mounted" -}}
{{- $webhooks := .Values.controller.admissionWebhooks -}}
{{- if $webhooks.enabled -}}
{{- if $webhooks.existingSecret -}}
{{- $webhooks.existingSecret -}}
{{- else if or $webhooks.tls.certificate $webhooks.certManager.enabled -}}
{{- include "yarp-ingress.webhook" . -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "yarp-ingress.webhook.selfMade" -}}
{{- if and .Values.controller.admissionWebhooks.enabled (not (include "yarp-ingress.webhook.mounted" .)) -}}
true
{{- end -}}
{{- end -}}

{{- define "yarp-ingress.configNamespace" -}}
{{- default (include "yarp-ingress.namespace" .) .Values.controller.configMapNamespace -}}
{{- end -}}

{{/* The namespace of the ConfigMap of TCP or UDP ports, which is "name". */}}
{{- define "yarp-ingress.streams.namespace" -}}
{{- default (include "yarp-ingress.namespace" .root) .values.configMapNamespace -}}
{{- end -}}

{{/* The name of a port of the pod and its Services. */}}
{{- define "yarp-ingress.portName" -}}
{{- with .root.Values.portNamePrefix }}{{ . }}-{{ end }}{{ .name -}}
{{- end -}}

{{- define "yarp-ingress.defaultBackend.fullname" -}}
{{- printf "%s-%s" (include "yarp-ingress.fullname" .) .Values.defaultBackend.name | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "yarp-ingress.defaultBackend.labels" -}}
{{ include "yarp-ingress.labels" . }}
app.kubernetes.io/component: {{ .Values.defaultBackend.name }}
{{- with .Values.defaultBackend.labels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "yarp-ingress.defaultBackend.selectorLabels" -}}
{{ include "yarp-ingress.selectorLabels" . }}
app.kubernetes.io/component: {{ .Values.defaultBackend.name }}
{{- end -}}

{{/* What an autoscaler aims at. */}}
{{- define "yarp-ingress.autoscaling.resources" -}}
{{- with int .targetMemoryUtilizationPercentage -}}
- type: Resource
  resource:
    name: memory
    target:
      type: Utilization
      averageUtilization: {{ . }}
{{ end -}}
{{- with int .targetCPUUtilizationPercentage -}}
- type: Resource
  resource:
    name: cpu
    target:
      type: Utilization
      averageUtilization: {{ . }}
{{- end -}}
{{- end -}}

{{/* Values that contradict each other, refused with a sentence. */}}
{{- define "yarp-ingress.check" -}}
{{- $controller := .Values.controller -}}
{{- if contains "ingress-nginx/" (printf "%s/%s" $controller.image.repository $controller.image.image) -}}
{{- fail "controller.image names the image of ingress-nginx, which this chart does not run: remove it, or set registry, image and tag to yours" -}}
{{- end -}}
{{- if and .Values.rbac.scope (not $controller.scope.enabled) -}}
{{- fail "rbac.scope is true, which makes Roles only, but controller.scope.enabled is false: set both, or neither" -}}
{{- end -}}
{{- if and $controller.scope.enabled $controller.scope.namespaceSelector -}}
{{- fail "controller.scope.enabled and controller.scope.namespaceSelector exclude each other: set one" -}}
{{- end -}}
{{- if and $controller.autoscaling.enabled $controller.keda.enabled -}}
{{- fail "controller.autoscaling.enabled and controller.keda.enabled exclude each other: set one" -}}
{{- end -}}
{{- if and $controller.keda.enabled (not $controller.keda.triggers) -}}
{{- fail "controller.keda.enabled is true, but controller.keda.triggers is empty: say what to scale by" -}}
{{- end -}}
{{- if and (or $controller.autoscaling.enabled $controller.keda.enabled) (eq $controller.kind "DaemonSet") -}}
{{- fail "controller.kind is DaemonSet, which has one pod per node and cannot be scaled: set controller.kind to Deployment" -}}
{{- end -}}
{{- if and $controller.disableLeaderElection (or (ne $controller.kind "Deployment") (gt (int $controller.replicaCount) 1)) -}}
{{- fail "controller.disableLeaderElection is true, but there are several replicas, and only one may write the status of Ingresses" -}}
{{- end -}}
{{- if and .Values.rbac.scope $controller.enableTopologyAwareRouting -}}
{{- fail "controller.enableTopologyAwareRouting is true, but rbac.scope does not let the controller read its Node, which tells the zone: set one of them" -}}
{{- end -}}
{{- $webhooks := $controller.admissionWebhooks -}}
{{- if $webhooks.enabled -}}
{{- if .Values.rbac.scope -}}
{{- fail "controller.admissionWebhooks.enabled is true, but rbac.scope allows nothing of the whole cluster, which a ValidatingWebhookConfiguration is: set one of them" -}}
{{- end -}}
{{- if or (eq (int $webhooks.port) (int $controller.containerPort.https)) (eq (int $webhooks.port) (int $controller.containerPort.http)) (eq (int $webhooks.port) (int $controller.metrics.port)) -}}
{{- fail "controller.admissionWebhooks.port is also that of controller.containerPort or controller.metrics.port: each needs its own" -}}
{{- end -}}
{{- if and $webhooks.certManager.enabled (or $webhooks.existingSecret $webhooks.tls.certificate) -}}
{{- fail "controller.admissionWebhooks has a certificate of cert-manager and another one: set one of certManager.enabled, existingSecret, tls" -}}
{{- end -}}
{{- if and $webhooks.existingSecret $webhooks.tls.certificate -}}
{{- fail "controller.admissionWebhooks has two certificates: set one of existingSecret, tls" -}}
{{- end -}}
{{- if and (or $webhooks.existingSecret $webhooks.tls.certificate) (not $webhooks.caBundle) -}}
{{- fail "controller.admissionWebhooks has a certificate of yours, but no caBundle by which the API server trusts it" -}}
{{- end -}}
{{- if and $webhooks.tls.certificate (not $webhooks.tls.key) -}}
{{- fail "controller.admissionWebhooks.tls has a certificate, but no key" -}}
{{- end -}}
{{- end -}}
{{- if and $controller.hostNetwork $controller.hostPort.enabled -}}
{{- if or (ne (int $controller.hostPort.ports.http) (int $controller.containerPort.http)) (ne (int $controller.hostPort.ports.https) (int $controller.containerPort.https)) -}}
{{- fail "controller.hostNetwork is true: controller.hostPort.ports must equal controller.containerPort, or controller.hostPort.enabled be false" -}}
{{- end -}}
{{- end -}}
{{- end -}}
