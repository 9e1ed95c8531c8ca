namespace YarpIngress.Chart.Tests;

/// <summary>The files of <c>manifests/</c> that are rendered from the chart.</summary>
internal static class PlainManifests
{
    private const string Made = "# Made of charts/yarp-ingress: ./build.sh golden\n";

    /// <summary>Name and text of each file of a profile.</summary>
    public static IReadOnlyDictionary<string, string> Of(string profile) => new Dictionary<string, string>
    {
        ["kustomization.yaml"] = $"""
            {Made}apiVersion: kustomize.config.k8s.io/v1beta1
            kind: Kustomization
            resources:
              - namespace.yaml
              - yarp-ingress.yaml

            """,
        ["namespace.yaml"] = $"""
            {Made}apiVersion: v1
            kind: Namespace
            metadata:
              name: yarp-ingress
              labels:
                app.kubernetes.io/name: yarp-ingress
            {(profile == "daemonset-hostnetwork" ? "" : "    pod-security.kubernetes.io/enforce: restricted\n")}
            """,
        ["yarp-ingress.yaml"] = Made + $"# Profile {profile}.\n" + string.Join("---\n", RenderedChart.With(ChartFiles.Profile(profile))
            .Objects.Where(item => !item.IsTest).Select(item => WithoutHelm(item.Text))),
    };

    // Who applies these with kubectl has no release of Helm.
    private static string WithoutHelm(string text) => string.Concat(text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Where(line => !line.TrimStart().StartsWith("helm.sh/chart:", StringComparison.Ordinal)
            && line.Trim() != "app.kubernetes.io/managed-by: Helm")
        .Select(line => line + "\n"));
}
