namespace YarpIngress.Chart.Tests;

/// <summary>Values to render with.</summary>
internal static class TestValues
{
    /// <summary>Every template and every optional field.</summary>
    public static readonly string Everything = Read("everything.yaml");

    /// <summary>A values file as users of ingress-nginx have it.</summary>
    public static readonly string FromIngressNginx = Read("from-ingress-nginx.yaml");

    /// <summary>One namespace watched from another, with Roles only.</summary>
    public const string OtherNamespace = """
        controller: {scope: {enabled: true, namespace: apps}, ingressClassResource: {enabled: false}, proxySetHeaders: {X-From: edge}}
        rbac: {scope: true}
        defaultBackend: {enabled: true}
        """;

    /// <summary>No Services, fixed ports of the nodes, scaled by KEDA.</summary>
    public const string Bare = """
        controller:
          hostPort: {enabled: true}
          service: {enabled: false}
          maxUnavailable: 1
          metrics: {enabled: false}
          keda: {enabled: true, fallback: {failureThreshold: 3, replicas: 2}, triggers: [{type: cpu, metadata: {value: "60"}}], behavior: {scaleUp: {}}}
        """;

    /// <summary>All of them by name, the profiles too.</summary>
    public static IReadOnlyDictionary<string, string> All => ChartFiles.Profiles.ToDictionary(name => name, ChartFiles.Profile)
        .Append(new("defaults", "")).Append(new("everything", Everything)).Append(new("from-ingress-nginx", FromIngressNginx))
        .Append(new("other-namespace", OtherNamespace)).Append(new("bare", Bare)).ToDictionary();

    /// <summary>Their names, for theories.</summary>
    public static TheoryData<string> Names => [.. All.Keys];

    private static string Read(string name) =>
        File.ReadAllText(Path.Combine(ChartFiles.Repository, "tests", "YarpIngress.Chart.Tests", "testdata", name));
}
