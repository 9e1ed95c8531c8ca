using System.Collections.Frozen;
using System.Globalization;
using YarpIngress.LocalCluster.Schema;

namespace YarpIngress.LocalCluster.Api.Protobuf;

/// <summary>Field numbers of the API's protobuf messages. The types of the fields are those of the schema.</summary>
/// <remarks>
/// A line is a message: its name and <c>field=number</c> pairs; an indented line goes on with the one before.
/// <c>&gt;Message=number</c> is a Go struct that is embedded: a message of its own on the wire, fields of the outer object
/// in JSON. Names that several packages use carry the package.
/// </remarks>
internal static class ProtobufFields
{
    private const string Text = """
        ObjectMeta name=1 generateName=2 namespace=3 selfLink=4 uid=5 resourceVersion=6 generation=7 creationTimestamp=8
            deletionTimestamp=9 deletionGracePeriodSeconds=10 labels=11 annotations=12 ownerReferences=13 finalizers=14
            managedFields=17
        OwnerReference kind=1 name=3 uid=4 apiVersion=5 controller=6 blockOwnerDeletion=7
        ManagedFieldsEntry manager=1 operation=2 apiVersion=3 time=4 fieldsType=6 fieldsV1=7 subresource=8
        LabelSelector matchLabels=1 matchExpressions=2
        LabelSelectorRequirement key=1 operator=2 values=3
        Condition type=1 status=2 observedGeneration=3 lastTransitionTime=4 reason=5 message=6
        DeleteOptions gracePeriodSeconds=1 preconditions=2 orphanDependents=3 propagationPolicy=4 dryRun=5
            ignoreStoreReadErrorWithClusterBreakingPotential=6
        Preconditions uid=1 resourceVersion=2
        Namespace metadata=1 spec=2 status=3
        NamespaceSpec finalizers=1
        NamespaceStatus phase=1 conditions=2
        NamespaceCondition type=1 status=2 lastTransitionTime=4 reason=5 message=6
        ConfigMap metadata=1 data=2 binaryData=3 immutable=4
        Secret metadata=1 data=2 type=3 stringData=4 immutable=5
        ServiceAccount metadata=1 secrets=2 imagePullSecrets=3 automountServiceAccountToken=4
        ObjectReference kind=1 namespace=2 name=3 uid=4 apiVersion=5 resourceVersion=6 fieldPath=7
        LocalObjectReference name=1
        TypedLocalObjectReference apiGroup=1 kind=2 name=3
        Service metadata=1 spec=2 status=3
        ServiceSpec ports=1 selector=2 clusterIP=3 type=4 externalIPs=5 sessionAffinity=7 loadBalancerIP=8
            loadBalancerSourceRanges=9 externalName=10 externalTrafficPolicy=11 healthCheckNodePort=12
            publishNotReadyAddresses=13 sessionAffinityConfig=14 ipFamilyPolicy=17 clusterIPs=18 ipFamilies=19
            allocateLoadBalancerNodePorts=20 loadBalancerClass=21 internalTrafficPolicy=22 trafficDistribution=23
        ServicePort name=1 protocol=2 port=3 targetPort=4 nodePort=5 appProtocol=6
        SessionAffinityConfig clientIP=1
        ClientIPConfig timeoutSeconds=1
        ServiceStatus loadBalancer=1 conditions=2
        LoadBalancerStatus ingress=1
        LoadBalancerIngress ip=1 hostname=2 ipMode=3 ports=4
        PortStatus port=1 protocol=2 error=3
        Endpoints metadata=1 subsets=2
        EndpointSubset addresses=1 notReadyAddresses=2 ports=3
        EndpointAddress ip=1 targetRef=2 hostname=3 nodeName=4
        core.v1.EndpointPort name=1 port=2 protocol=3 appProtocol=4
        core.v1.Event metadata=1 involvedObject=2 reason=3 message=4 source=5 firstTimestamp=6 lastTimestamp=7 count=8 type=9
            eventTime=10 series=11 action=12 related=13 reportingComponent=14 reportingInstance=15
        EventSource component=1 host=2
        EventSeries count=1 lastObservedTime=2
        events.v1.Event metadata=1 eventTime=2 series=3 reportingController=4 reportingInstance=5 action=6 reason=7 regarding=8
            related=9 note=10 type=11 deprecatedSource=12 deprecatedFirstTimestamp=13 deprecatedLastTimestamp=14
            deprecatedCount=15
        Deployment metadata=1 spec=2 status=3
        DeploymentSpec replicas=1 selector=2 template=3 strategy=4 minReadySeconds=5 revisionHistoryLimit=6 paused=7
            progressDeadlineSeconds=9
        DeploymentStrategy type=1 rollingUpdate=2
        RollingUpdateDeployment maxUnavailable=1 maxSurge=2
        DeploymentStatus observedGeneration=1 replicas=2 updatedReplicas=3 availableReplicas=4 unavailableReplicas=5 conditions=6
            readyReplicas=7 collisionCount=8
        DeploymentCondition type=1 status=2 reason=4 message=5 lastUpdateTime=6 lastTransitionTime=7
        ReplicaSet metadata=1 spec=2 status=3
        ReplicaSetSpec replicas=1 selector=2 template=3 minReadySeconds=4
        ReplicaSetStatus replicas=1 fullyLabeledReplicas=2 observedGeneration=3 readyReplicas=4 availableReplicas=5 conditions=6
        ReplicaSetCondition type=1 status=2 lastTransitionTime=3 reason=4 message=5
        DaemonSet metadata=1 spec=2 status=3
        DaemonSetSpec selector=1 template=2 updateStrategy=3 minReadySeconds=4 revisionHistoryLimit=6
        DaemonSetUpdateStrategy type=1 rollingUpdate=2
        RollingUpdateDaemonSet maxUnavailable=1 maxSurge=2
        DaemonSetStatus currentNumberScheduled=1 numberMisscheduled=2 desiredNumberScheduled=3 numberReady=4 observedGeneration=5
            updatedNumberScheduled=6 numberAvailable=7 numberUnavailable=8 collisionCount=9 conditions=10
        DaemonSetCondition type=1 status=2 lastTransitionTime=3 reason=4 message=5
        PodDisruptionBudget metadata=1 spec=2 status=3
        PodDisruptionBudgetSpec minAvailable=1 selector=2 maxUnavailable=3 unhealthyPodEvictionPolicy=4
        PodDisruptionBudgetStatus observedGeneration=1 disruptedPods=2 disruptionsAllowed=3 currentHealthy=4 desiredHealthy=5
            expectedPods=6 conditions=7
        PodTemplateSpec metadata=1 spec=2
        Pod metadata=1 spec=2 status=3
        PodStatus phase=1 conditions=2 message=3 reason=4 hostIP=5 podIP=6 startTime=7 containerStatuses=8 qosClass=9
            initContainerStatuses=10 nominatedNodeName=11 podIPs=12
        PodSpec volumes=1 containers=2 restartPolicy=3 terminationGracePeriodSeconds=4 activeDeadlineSeconds=5 dnsPolicy=6
            nodeSelector=7 serviceAccountName=8 serviceAccount=9 nodeName=10 hostNetwork=11 hostPID=12 hostIPC=13
            securityContext=14 imagePullSecrets=15 hostname=16 subdomain=17 affinity=18 schedulerName=19 initContainers=20
            automountServiceAccountToken=21 tolerations=22 hostAliases=23 priorityClassName=24 priority=25 dnsConfig=26
            shareProcessNamespace=27 readinessGates=28 runtimeClassName=29 enableServiceLinks=30 preemptionPolicy=31 overhead=32
            topologySpreadConstraints=33 ephemeralContainers=34 setHostnameAsFQDN=35 os=36 hostUsers=37 schedulingGates=38
            resourceClaims=39 resources=40
        Container name=1 image=2 command=3 args=4 workingDir=5 ports=6 env=7 resources=8 volumeMounts=9 livenessProbe=10
            readinessProbe=11 lifecycle=12 terminationMessagePath=13 imagePullPolicy=14 securityContext=15 stdin=16 stdinOnce=17
            tty=18 envFrom=19 terminationMessagePolicy=20 volumeDevices=21 startupProbe=22 resizePolicy=23 restartPolicy=24
        ContainerPort name=1 hostPort=2 containerPort=3 protocol=4 hostIP=5
        EnvVar name=1 value=2 valueFrom=3
        EnvVarSource fieldRef=1 resourceFieldRef=2 configMapKeyRef=3 secretKeyRef=4
        ObjectFieldSelector apiVersion=1 fieldPath=2
        ResourceFieldSelector containerName=1 resource=2 divisor=3
        ConfigMapKeySelector >LocalObjectReference=1 key=2 optional=3
        SecretKeySelector >LocalObjectReference=1 key=2 optional=3
        EnvFromSource prefix=1 configMapRef=2 secretRef=3
        ConfigMapEnvSource >LocalObjectReference=1 optional=2
        SecretEnvSource >LocalObjectReference=1 optional=2
        ResourceRequirements limits=1 requests=2 claims=3
        ResourceClaim name=1 request=2
        VolumeMount name=1 readOnly=2 mountPath=3 subPath=4 mountPropagation=5 subPathExpr=6 recursiveReadOnly=7
        Probe >ProbeHandler=1 initialDelaySeconds=2 timeoutSeconds=3 periodSeconds=4 successThreshold=5 failureThreshold=6
            terminationGracePeriodSeconds=7
        ProbeHandler exec=1 httpGet=2 tcpSocket=3 grpc=4
        ExecAction command=1
        HTTPGetAction path=1 port=2 host=3 scheme=4 httpHeaders=5
        HTTPHeader name=1 value=2
        TCPSocketAction port=1 host=2
        GRPCAction port=1 service=2
        Lifecycle postStart=1 preStop=2
        LifecycleHandler exec=1 httpGet=2 tcpSocket=3 sleep=4
        SleepAction seconds=1
        SecurityContext capabilities=1 privileged=2 seLinuxOptions=3 runAsUser=4 runAsNonRoot=5 readOnlyRootFilesystem=6
            allowPrivilegeEscalation=7 runAsGroup=8 procMount=9 windowsOptions=10 seccompProfile=11 appArmorProfile=12
        PodSecurityContext seLinuxOptions=1 runAsUser=2 runAsNonRoot=3 supplementalGroups=4 fsGroup=5 runAsGroup=6 sysctls=7
            windowsOptions=8 fsGroupChangePolicy=9 seccompProfile=10
        Capabilities add=1 drop=2
        SeccompProfile type=1 localhostProfile=2
        Sysctl name=1 value=2
        Toleration key=1 operator=2 value=3 effect=4 tolerationSeconds=5
        HostAlias ip=1 hostnames=2
        PodReadinessGate conditionType=1
        Volume name=1 >VolumeSource=2
        VolumeSource hostPath=1 emptyDir=2 secret=6 configMap=19
        HostPathVolumeSource path=1 type=2
        EmptyDirVolumeSource medium=1 sizeLimit=2
        SecretVolumeSource secretName=1 items=2 defaultMode=3 optional=4
        ConfigMapVolumeSource >LocalObjectReference=1 items=2 defaultMode=3 optional=4
        KeyToPath key=1 path=2 mode=3
        Ingress metadata=1 spec=2 status=3
        IngressSpec defaultBackend=1 tls=2 rules=3 ingressClassName=4
        IngressTLS hosts=1 secretName=2
        IngressRule host=1 >IngressRuleValue=2
        IngressRuleValue http=1
        HTTPIngressRuleValue paths=1
        HTTPIngressPath path=1 backend=2 pathType=3
        IngressBackend resource=3 service=4
        IngressServiceBackend name=1 port=2
        ServiceBackendPort name=1 number=2
        IngressStatus loadBalancer=1
        IngressLoadBalancerStatus ingress=1
        IngressLoadBalancerIngress ip=1 hostname=2 ports=4
        IngressPortStatus port=1 protocol=2 error=3
        IngressClass metadata=1 spec=2
        IngressClassSpec controller=1 parameters=2
        IngressClassParametersReference apiGroup=1 kind=2 name=3 scope=4 namespace=5
        EndpointSlice metadata=1 endpoints=2 ports=3 addressType=4
        Endpoint addresses=1 conditions=2 hostname=3 targetRef=4 deprecatedTopology=5 nodeName=6 zone=7 hints=8
        EndpointConditions ready=1 serving=2 terminating=3
        EndpointHints forZones=1
        ForZone name=1
        discovery.v1.EndpointPort name=1 protocol=2 port=3 appProtocol=4
        Lease metadata=1 spec=2
        LeaseSpec holderIdentity=1 leaseDurationSeconds=2 acquireTime=3 renewTime=4 leaseTransitions=5 strategy=6 preferredHolder=7
        Role metadata=1 rules=2
        ClusterRole metadata=1 rules=2 aggregationRule=3
        AggregationRule clusterRoleSelectors=1
        PolicyRule verbs=1 apiGroups=2 resources=3 resourceNames=4 nonResourceURLs=5
        RoleBinding metadata=1 subjects=2 roleRef=3
        ClusterRoleBinding metadata=1 subjects=2 roleRef=3
        Subject kind=1 apiGroup=2 name=3 namespace=4
        RoleRef apiGroup=1 kind=2 name=3
        ValidatingWebhookConfiguration metadata=1 webhooks=2
        ValidatingWebhook name=1 clientConfig=2 rules=3 failurePolicy=4 namespaceSelector=5 sideEffects=6 timeoutSeconds=7
            admissionReviewVersions=8 matchPolicy=9 objectSelector=10 matchConditions=11
        WebhookClientConfig service=1 caBundle=2 url=3
        ServiceReference namespace=1 name=2 path=3 port=4
        RuleWithOperations operations=1 >Rule=2
        Rule apiGroups=1 apiVersions=2 resources=3 scope=4
        MatchCondition name=1 expression=2
        Scale metadata=1 spec=2 status=3
        ScaleSpec replicas=1
        ScaleStatus replicas=1 selector=2
        TokenRequest metadata=1 spec=2 status=3
        TokenRequestSpec audiences=1 boundObjectRef=3 expirationSeconds=4
        TokenReview metadata=1 spec=2 status=3
        TokenReviewSpec token=1 audiences=2
        SelfSubjectReview metadata=1 status=2
        SelfSubjectAccessReview metadata=1 spec=2 status=3
        SubjectAccessReview metadata=1 spec=2 status=3
        LocalSubjectAccessReview metadata=1 spec=2 status=3
        SubjectAccessReviewSpec resourceAttributes=1 nonResourceAttributes=2 user=3 groups=4 extra=5 uid=6
        ResourceAttributes namespace=1 verb=2 group=3 version=4 resource=5 subresource=6 name=7 fieldSelector=8 labelSelector=9
        NonResourceAttributes path=1 verb=2
        SelfSubjectRulesReview metadata=1 spec=2 status=3
        SelfSubjectRulesReviewSpec namespace=1
        """;

    private static readonly FrozenDictionary<string, FrozenDictionary<int, string>> Messages = Text
        .ReplaceLineEndings("\n").Replace("\n    ", " ", StringComparison.Ordinal)
        .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        .Select(line => line.Split(' '))
        .ToFrozenDictionary(parts => parts[0], parts => parts.Skip(1).Select(Field).ToFrozenDictionary(f => f.Number, f => f.Name));

    /// <summary>The fields of a type by number; an embedded message's name starts with <c>&gt;</c>. Null when they are not known.</summary>
    public static FrozenDictionary<int, string>? Of(ObjectType type) => Messages.GetValueOrDefault(type.GoPackageName()) ?? Of(type.Name);

    /// <summary>The fields of an embedded message.</summary>
    public static FrozenDictionary<int, string>? Of(string message) => Messages.GetValueOrDefault(message);

    /// <summary>Such as <c>discovery.v1.EndpointPort</c>.</summary>
    private static string GoPackageName(this ObjectType type) => string.Join('.', type.FullName.Split('.')[^3..]);

    private static (string Name, int Number) Field(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        return (text[..equals], int.Parse(text.AsSpan(equals + 1), CultureInfo.InvariantCulture));
    }
}
