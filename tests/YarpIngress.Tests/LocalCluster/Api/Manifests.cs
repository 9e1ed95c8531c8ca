namespace YarpIngress.Tests.LocalCluster.Api;

/// <summary>Small objects as JSON.</summary>
internal static class Manifests
{
    public static string ConfigMap(string name, string value = "1") =>
        $$$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"{{{name}}}"},"data":{"key":"{{{value}}}"}}""";

    public static string Labelled(string name, string labels) =>
        $$$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"{{{name}}}","labels":{{{labels}}}}}""";

    public static string Ingress(string name, string host = "a.example.com") =>
        $$"""
        {"apiVersion":"networking.k8s.io/v1","kind":"Ingress","metadata":{"name":"{{name}}"},
         "spec":{"ingressClassName":"yarp","tls":[{"hosts":["{{host}}"],"secretName":"tls"}],
                 "rules":[{"host":"{{host}}","http":{"paths":[{"path":"/","pathType":"Prefix","backend":{"service":{"name":"web","port":{"number":80} } } }]} }]} }
        """;

    public static string Service(string name, string spec = """{"ports":[{"port":80}]}""") =>
        $$"""{"apiVersion":"v1","kind":"Service","metadata":{"name":"{{name}}"},"spec":{{spec}}}""";

    public static string Deployment(string name, int replicas = 1) =>
        $$"""
        {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"{{name}}"},
         "spec":{"replicas":{{replicas}},"selector":{"matchLabels":{"app":"{{name}}"} },
                 "template":{"metadata":{"labels":{"app":"{{name}}"} },"spec":{"containers":[{"name":"web","image":"nginx"}]} } } }
        """;

    public static string Pod(string name, string? node = null, string owner = "") =>
        $$"""
        {"apiVersion":"v1","kind":"Pod","metadata":{"name":"{{name}}","ownerReferences":[{{owner}}]},
         "spec":{"containers":[{"name":"web","image":"nginx"}]{{(node is null ? "" : $",\"nodeName\":\"{node}\"")}} } }
        """;

    public static string Owner(string kind, string name, string uid, bool blocks = false) =>
        $$"""{"apiVersion":"v1","kind":"{{kind}}","name":"{{name}}","uid":"{{uid}}","blockOwnerDeletion":{{(blocks ? "true" : "false")}}}""";
}
