{{/* The spec of a traffic Service. "service" are its values, "base" those of the first one, for what the second leaves out. */}}
{{- define "yarp-ingress.service.spec" -}}
{{- $service := .service -}}
{{- $base := .base -}}
{{- $type := default $base.type $service.type -}}
type: {{ $type }}
{{- with $service.clusterIP }}
clusterIP: {{ . }}
{{- end }}
{{- with $service.clusterIPs }}
clusterIPs:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $service.externalIPs }}
externalIPs:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- if eq $type "LoadBalancer" }}
{{- with $service.loadBalancerIP }}
loadBalancerIP: {{ . }}
{{- end }}
{{- with $service.loadBalancerClass }}
loadBalancerClass: {{ . }}
{{- end }}
{{- with $service.loadBalancerSourceRanges }}
loadBalancerSourceRanges:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- if kindIs "bool" $service.allocateLoadBalancerNodePorts }}
allocateLoadBalancerNodePorts: {{ $service.allocateLoadBalancerNodePorts }}
{{- end }}
{{- end }}
{{- if ne $type "ClusterIP" }}
{{- with $service.externalTrafficPolicy }}
externalTrafficPolicy: {{ . }}
{{- end }}
{{- if eq $type "LoadBalancer" }}
{{- with int $service.healthCheckNodePort }}
healthCheckNodePort: {{ . }}
{{- end }}
{{- end }}
{{- end }}
{{- with $service.internalTrafficPolicy }}
internalTrafficPolicy: {{ . }}
{{- end }}
{{- with $service.trafficDistribution }}
trafficDistribution: {{ . }}
{{- end }}
{{- with $service.sessionAffinity }}
sessionAffinity: {{ . }}
{{- end }}
{{- with $service.ipFamilyPolicy }}
ipFamilyPolicy: {{ . }}
{{- end }}
{{- with $service.ipFamilies }}
ipFamilies:
  {{- toYaml . | nindent 2 }}
{{- end }}
ports:
  {{- if $base.enableHttp }}
  - name: http
    port: {{ default $base.ports.http $service.ports.http }}
    targetPort: {{ default $base.targetPorts.http $service.targetPorts.http }}
    protocol: TCP
    {{- if $service.appProtocol }}
    appProtocol: http
    {{- end }}
    {{- if and (ne $type "ClusterIP") $service.nodePorts.http }}
    nodePort: {{ $service.nodePorts.http }}
    {{- end }}
  {{- end }}
  {{- if $base.enableHttps }}
  - name: https
    port: {{ default $base.ports.https $service.ports.https }}
    targetPort: {{ default $base.targetPorts.https $service.targetPorts.https }}
    protocol: TCP
    {{- if $service.appProtocol }}
    appProtocol: https
    {{- end }}
    {{- if and (ne $type "ClusterIP") $service.nodePorts.https }}
    nodePort: {{ $service.nodePorts.https }}
    {{- end }}
  {{- end }}
{{- end -}}
