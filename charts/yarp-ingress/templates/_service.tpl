{{/*
The spec of a traffic Service. "service" are its values, "base" those of the first one, for what the second leaves out, "root" is
everything.
*/}}
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
  {{- $root := .root }}
  {{- $tcp := default (dict) $service.nodePorts.tcp }}
  {{- range $port, $target := $root.Values.tcp }}
  {{- $name := include "yarp-ingress.portName" (dict "root" $root "name" (printf "%s-tcp" $port)) }}
  - name: {{ $name }}
    port: {{ $port }}
    targetPort: {{ $name }}
    protocol: TCP
    {{- if ne $type "ClusterIP" }}
    {{- with index $tcp $port }}
    nodePort: {{ int64 . }}
    {{- end }}
    {{- end }}
  {{- end }}
  {{- $udp := default (dict) $service.nodePorts.udp }}
  {{- range $port, $target := $root.Values.udp }}
  {{- $name := include "yarp-ingress.portName" (dict "root" $root "name" (printf "%s-udp" $port)) }}
  - name: {{ $name }}
    port: {{ $port }}
    targetPort: {{ $name }}
    protocol: UDP
    {{- if ne $type "ClusterIP" }}
    {{- with index $udp $port }}
    nodePort: {{ int64 . }}
    {{- end }}
    {{- end }}
  {{- end }}
{{- end -}}
