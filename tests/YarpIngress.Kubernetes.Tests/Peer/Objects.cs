namespace YarpIngress.Kubernetes.Tests.Peer;

/// <summary>JSON as an API server sends it.</summary>
internal static class Objects
{
    public static string ConfigMap(string name, int version, string space = "default", string? uid = null, string value = "v") =>
        $$$"""{"metadata":{"name":"{{{name}}}","namespace":"{{{space}}}","uid":"{{{uid ?? "uid-" + name}}}","resourceVersion":"{{{version}}}","creationTimestamp":"2026-01-01T00:00:00Z"},"data":{"key":"{{{value}}}"}}""";

    /// <summary>Right name and version, but data that is no map of texts.</summary>
    public static string BadConfigMap(string name, int version) =>
        $$$"""{"metadata":{"name":"{{{name}}}","namespace":"default","uid":"uid-{{{name}}}","resourceVersion":"{{{version}}}"},"data":{"key":["not","a","text"]}}""";

    public static string Bookmark(string version) =>
        $$$"""{"kind":"ConfigMap","apiVersion":"v1","metadata":{"resourceVersion":"{{{version}}}","creationTimestamp":null}}""";

    public static string List(string version, string? next, params string[] items) =>
        $$$"""{"kind":"ConfigMapList","apiVersion":"v1","metadata":{"resourceVersion":"{{{version}}}","continue":"{{{next}}}"},"items":[{{{string.Join(",", items)}}}]}""";

    public static string Status(int code, string reason, string message = "no") =>
        $$$"""{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"{{{message}}}","reason":"{{{reason}}}","code":{{{code}}}}""";
}
