namespace YarpIngress.Chart.Tests;

/// <summary>Values that the chart refuses, and what it says then.</summary>
internal static class RefusedValues
{
    /// <summary>By its templates: what contradicts each other, with the words of the refusal.</summary>
    public static TheoryData<string, string> Contradictions => new()
    {
        { "controller: {image: {image: ingress-nginx/controller}}", "names the image of ingress-nginx" },
        { "rbac: {scope: true}", "controller.scope.enabled is false" },
        { "controller: {scope: {enabled: true, namespaceSelector: a=b}}", "exclude each other" },
        { "controller: {kind: DaemonSet, autoscaling: {enabled: true}}", "cannot be scaled" },
        { "controller: {keda: {enabled: true}}", "say what to scale by" },
        { "controller: {disableLeaderElection: true}", "there are several replicas" },
        { "controller: {hostNetwork: true, hostPort: {enabled: true}}", "must equal controller.containerPort" },
        { "controller: {scope: {enabled: true}, admissionWebhooks: {enabled: true}}\nrbac: {scope: true}", "rbac.scope allows nothing of the whole cluster" },
        { "controller: {scope: {enabled: true}, enableTopologyAwareRouting: true}\nrbac: {scope: true}", "does not let the controller read its Node" },
        { "controller: {admissionWebhooks: {enabled: true, port: 8443}}", "each needs its own" },
        { "controller: {admissionWebhooks: {enabled: true, existingSecret: a}}", "no caBundle" },
        { "controller: {admissionWebhooks: {enabled: true, tls: {certificate: a}, caBundle: a}}", "but no key" },
        { "controller: {admissionWebhooks: {enabled: true, existingSecret: a, tls: {certificate: a, key: a}, caBundle: a}}", "two certificates" },
        { "controller: {admissionWebhooks: {enabled: true, existingSecret: a, certManager: {enabled: true}}}", "set one of certManager.enabled" },
    };

    /// <summary>By its schema: what is not a value, with the message of <see cref="Values.SchemaCheck"/>.</summary>
    public static TheoryData<string, string> Wrong => new()
    {
        { "controler: {}", "(root): Additional property controler is not allowed" },
        { "controller: {service: {nodePort: 1}}", "controller.service: Additional property nodePort is not allowed" },
        { "controller: {service: {type: Nodeport}}", "controller.service.type: must be one of [\"ClusterIP\",\"NodePort\",\"LoadBalancer\"]" },
        { "controller: {replicaCount: \"2\"}", "controller.replicaCount: must be integer" },
        { "controller: {containerPort: {http: 80000}}", "controller.containerPort.http: must be 65535 or less" },
        { "controller: {image: {digest: sha256}}", "controller.image.digest: must match ^(sha256:[0-9a-f]{64})?$" },
        { "controller: {extraEnvs: [{value: a}]}", "controller.extraEnvs[0]: name is missing" },
        { "controller: {ingressClass: \"\"}", "controller.ingressClass: must not be empty" },
        { "controller: {admissionWebhooks: {failurePolicy: Open}}", "controller.admissionWebhooks.failurePolicy: must be one of [\"Ignore\",\"Fail\"]" },
        { "controller: {admissionWebhooks: {timeoutSeconds: 31}}", "controller.admissionWebhooks.timeoutSeconds: must be 30 or less" },
        { "controller: {metrics: {service: {type: NodePort}}}", "controller.metrics.service.type: must be one of [\"ClusterIP\"]" },
        { "controller: {extraModules: [{name: a}]}", "controller.extraModules: must be one of [[]]" },
        { "tcp: {8080: \"web:80\"}", "tcp.8080: must match ^[^/:]+/[^/:]+:[^/:]+(:[a-zA-Z]*){0,2}$" },
        { "rbac: {scope: yes please}", "rbac.scope: must be boolean" },
    };
}
