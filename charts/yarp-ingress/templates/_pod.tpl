{{/* The flags of the controller. */}}
{{- define "yarp-ingress.args" -}}
{{- $controller := .Values.controller -}}
- --controller-class={{ $controller.ingressClassResource.controllerValue }}
- --ingress-class={{ $controller.ingressClass }}
- --election-id={{ include "yarp-ingress.electionID" . }}
- --http-port={{ $controller.containerPort.http }}
- --https-port={{ $controller.containerPort.https }}
- --healthz-port={{ $controller.metrics.port }}
- --configmap={{ default "$(POD_NAMESPACE)" $controller.configMapNamespace }}/{{ include "yarp-ingress.fullname" . }}
- --shutdown-grace-period={{ $controller.shutdownGracePeriod }}
- --post-shutdown-grace-period={{ $controller.postShutdownGracePeriod }}
{{- if .Values.tcp }}
- --tcp-services-configmap={{ default "$(POD_NAMESPACE)" $controller.tcp.configMapNamespace }}/{{ include "yarp-ingress.fullname" . }}-tcp
{{- end }}
{{- if .Values.udp }}
- --udp-services-configmap={{ default "$(POD_NAMESPACE)" $controller.udp.configMapNamespace }}/{{ include "yarp-ingress.fullname" . }}-udp
{{- end }}
{{- with include "yarp-ingress.publishService" . }}
- --publish-service={{ . }}
{{- end }}
{{- if .Values.defaultBackend.enabled }}
- --default-backend-service=$(POD_NAMESPACE)/{{ include "yarp-ingress.defaultBackend.fullname" . }}
{{- end }}
{{- if ne $controller.healthCheckPath "/healthz" }}
- --health-check-path={{ $controller.healthCheckPath }}
{{- end }}
{{- with $controller.healthCheckHost }}
- --healthz-host={{ . }}
{{- end }}
{{- if $controller.scope.enabled }}
- --watch-namespace={{ default "$(POD_NAMESPACE)" $controller.scope.namespace }}
{{- end }}
{{- with $controller.scope.namespaceSelector }}
- --watch-namespace-selector={{ . }}
{{- end }}
{{- if $controller.watchIngressWithoutClass }}
- --watch-ingress-without-class=true
{{- end }}
{{- if $controller.enableTopologyAwareRouting }}
- --enable-topology-aware-routing=true
{{- end }}
{{- if $controller.ingressClassByName }}
- --ingress-class-by-name=true
{{- end }}
{{- if $controller.reportNodeInternalIp }}
- --report-node-internal-ip-address=true
{{- end }}
{{- if $controller.disableLeaderElection }}
- --disable-leader-election=true
{{- end }}
{{- with $controller.electionTTL }}
- --election-ttl={{ . }}
{{- end }}
{{- if not $controller.metrics.enabled }}
- --enable-metrics=false
{{- end }}
{{- if $controller.admissionWebhooks.enabled }}
- --validating-webhook=:{{ $controller.admissionWebhooks.port }}
{{- if include "yarp-ingress.webhook.selfMade" . }}
- --validating-webhook-secret=$(POD_NAMESPACE)/{{ include "yarp-ingress.webhook" . }}
- --validating-webhook-configuration={{ include "yarp-ingress.webhook" . }}
{{- else }}
- --validating-webhook-certificate=/etc/yarp-ingress/webhook/tls.crt
- --validating-webhook-key=/etc/yarp-ingress/webhook/tls.key
{{- end }}
{{- end }}
{{- range $name, $value := $controller.extraArgs }}
{{- $text := include "yarp-ingress.text" $value }}
{{- if eq $text "" }}
- --{{ $name }}
{{- else }}
- {{ printf "--%s=%s" $name $text | quote }}
{{- end }}
{{- end }}
{{- end -}}

{{/* Metadata and spec of the pods, for the Deployment and the DaemonSet. */}}
{{- define "yarp-ingress.pod" -}}
{{- $controller := .Values.controller -}}
metadata:
  labels:
    {{- include "yarp-ingress.controller.selectorLabels" . | nindent 4 }}
    {{- with .Values.commonLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
    {{- with $controller.podLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  {{- with $controller.podAnnotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  serviceAccountName: {{ include "yarp-ingress.serviceAccountName" . }}
  automountServiceAccountToken: {{ .Values.serviceAccount.automountServiceAccountToken }}
  # A Service called yarpingress-something would otherwise set variables that the controller reads as its flags.
  enableServiceLinks: false
  terminationGracePeriodSeconds: {{ $controller.terminationGracePeriodSeconds }}
  {{- if $controller.hostNetwork }}
  hostNetwork: true
  {{- end }}
  dnsPolicy: {{ default (ternary "ClusterFirstWithHostNet" "ClusterFirst" $controller.hostNetwork) $controller.dnsPolicy }}
  {{- with $controller.dnsConfig }}
  dnsConfig:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $controller.hostAliases }}
  hostAliases:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- if $controller.shareProcessNamespace }}
  shareProcessNamespace: true
  {{- end }}
  {{- with $controller.priorityClassName }}
  priorityClassName: {{ . | quote }}
  {{- end }}
  {{- with .Values.imagePullSecrets }}
  imagePullSecrets:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- if or $controller.podSecurityContext $controller.sysctls }}
  securityContext:
    {{- with $controller.podSecurityContext }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
    {{- with $controller.sysctls }}
    sysctls:
      {{- range $name, $value := . }}
      - name: {{ $name | quote }}
        value: {{ include "yarp-ingress.text" $value | quote }}
      {{- end }}
    {{- end }}
  {{- end }}
  {{- with $controller.extraInitContainers }}
  initContainers:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  containers:
    - name: {{ $controller.containerName }}
      image: {{ include "yarp-ingress.image" (dict "image" $controller.image "tag" .Chart.AppVersion) | quote }}
      imagePullPolicy: {{ $controller.image.pullPolicy }}
      args:
        {{- include "yarp-ingress.args" . | nindent 8 }}
      env:
        - name: POD_NAME
          valueFrom:
            fieldRef:
              fieldPath: metadata.name
        - name: POD_NAMESPACE
          valueFrom:
            fieldRef:
              fieldPath: metadata.namespace
        {{- with $controller.extraEnvs }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      ports:
        - name: http
          containerPort: {{ $controller.containerPort.http }}
          protocol: TCP
          {{- if $controller.hostPort.enabled }}
          hostPort: {{ $controller.hostPort.ports.http }}
          {{- end }}
        - name: https
          containerPort: {{ $controller.containerPort.https }}
          protocol: TCP
          {{- if $controller.hostPort.enabled }}
          hostPort: {{ $controller.hostPort.ports.https }}
          {{- end }}
        - name: admin
          containerPort: {{ $controller.metrics.port }}
          protocol: TCP
        {{- if $controller.admissionWebhooks.enabled }}
        - name: webhook
          containerPort: {{ $controller.admissionWebhooks.port }}
          protocol: TCP
        {{- end }}
        {{- $root := . }}
        {{- range $port, $target := .Values.tcp }}
        - name: {{ include "yarp-ingress.portName" (dict "root" $root "name" (printf "%s-tcp" $port)) }}
          containerPort: {{ $port }}
          protocol: TCP
          {{- if $controller.hostPort.enabled }}
          hostPort: {{ $port }}
          {{- end }}
        {{- end }}
        {{- range $port, $target := .Values.udp }}
        - name: {{ include "yarp-ingress.portName" (dict "root" $root "name" (printf "%s-udp" $port)) }}
          containerPort: {{ $port }}
          protocol: UDP
          {{- if $controller.hostPort.enabled }}
          hostPort: {{ $port }}
          {{- end }}
        {{- end }}
      securityContext:
        {{- include "yarp-ingress.securityContext" $controller | nindent 8 }}
      {{- with $controller.startupProbe }}
      startupProbe:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      livenessProbe:
        {{- toYaml $controller.livenessProbe | nindent 8 }}
      readinessProbe:
        {{- /* ingress-nginx has one path for both; here a pod that is not synced, or that stops, is alive and not ready. */}}
        {{- toYaml $controller.readinessProbe | replace (printf "path: %s\n" $controller.healthCheckPath) "path: /readyz\n" | replace "path: /healthz\n" "path: /readyz\n" | nindent 8 }}
      {{- if and $controller.lifecycle (not (contains "wait-shutdown" (toYaml $controller.lifecycle))) }}
      lifecycle:
        {{- toYaml $controller.lifecycle | nindent 8 }}
      {{- end }}
      {{- with $controller.resources }}
      resources:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      volumeMounts:
        - name: tmp
          mountPath: /tmp
        {{- if include "yarp-ingress.webhook.mounted" . }}
        - name: webhook
          mountPath: /etc/yarp-ingress/webhook
          readOnly: true
        {{- end }}
        {{- with $controller.extraVolumeMounts }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
    {{- with $controller.extraContainers }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  {{- with $controller.nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $controller.tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $controller.affinity }}
  affinity:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- if $controller.topologySpreadConstraints }}
  topologySpreadConstraints:
    {{- toYaml $controller.topologySpreadConstraints | nindent 4 }}
  {{- else if ne $controller.kind "DaemonSet" }}
  topologySpreadConstraints:
    - maxSkew: 1
      topologyKey: kubernetes.io/hostname
      whenUnsatisfiable: ScheduleAnyway
      labelSelector:
        matchLabels:
          {{- include "yarp-ingress.controller.selectorLabels" . | nindent 10 }}
  {{- end }}
  volumes:
    - name: tmp
      emptyDir: {}
    {{- with include "yarp-ingress.webhook.mounted" . }}
    - name: webhook
      secret:
        secretName: {{ . }}
    {{- end }}
    {{- with $controller.extraVolumes }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
{{- end -}}
