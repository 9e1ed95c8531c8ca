namespace YarpIngress.Tests.Monitoring;

/// <summary>The files of <c>manifests/monitoring</c>, and those that are made of them.</summary>
internal static class MonitoringFiles
{
    public static readonly string Repository = Root();

    public static readonly string Directory = Path.Combine(Repository, "manifests", "monitoring");

    private static readonly string[] Dashboards = ["grafana-overview.json", "grafana-ingress.json"];

    public static string Rules => Read("rules.yaml");

    /// <summary>All queries that people are given: rules and dashboards.</summary>
    public static IReadOnlyList<string> WithQueries => [Rules, .. Dashboards.Select(Read)];

    /// <summary>What each made file has to hold.</summary>
    public static IReadOnlyDictionary<string, string> Made => new Dictionary<string, string>
    {
        ["prometheusrule.yaml"] = PrometheusRule(),
        ["grafana-configmap.yaml"] = ConfigMap(),
    };

    public static string Read(string name) => File.ReadAllText(Path.Combine(Directory, name));

    private static string PrometheusRule() => """
        # Made of rules.yaml, for the Prometheus operator.
        apiVersion: monitoring.coreos.com/v1
        kind: PrometheusRule
        metadata:
          name: yarp-ingress
          namespace: yarp-ingress
          labels:
            app.kubernetes.io/name: yarp-ingress
        spec:

        """ + Indent(Rules[Rules.IndexOf("groups:", StringComparison.Ordinal)..], 2);

    private static string ConfigMap() => """
        # Made of the dashboards beside it, for Grafana's dashboard sidecar.
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: yarp-ingress-dashboards
          namespace: yarp-ingress
          labels:
            app.kubernetes.io/name: yarp-ingress
            grafana_dashboard: "1"
        data:

        """ + string.Concat(Dashboards.Select(name => $"  {name}: |\n{Indent(Read(name), 4)}"));

    private static string Indent(string text, int by) =>
        string.Concat(text.TrimEnd().Split('\n').Select(line => line.Length == 0 ? "\n" : new string(' ', by) + line + "\n"));

    private static string Root()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "YarpIngress.sln")))
            directory = directory.Parent;
        return directory?.FullName ?? throw new InvalidOperationException("The tests do not run within the repository.");
    }
}
