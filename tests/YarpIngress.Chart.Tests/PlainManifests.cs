using System.Text;
using System.Text.Json.Nodes;
using YarpIngress.Chart.Tests.Values;

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

    /// <summary>
    /// The webhook, as a component that is added to any profile but <c>namespaced</c>: what the chart renders more with it.
    /// </summary>
    public static IReadOnlyDictionary<string, string> Webhook()
    {
        var plain = RenderedChart.With(ChartFiles.Profile("nodeport"));
        var with = RenderedChart.With(ChartValues.Merge(
            ChartValues.Read(ChartFiles.Profile("nodeport")), ChartValues.Read("controller: {admissionWebhooks: {enabled: true}}")).ToJsonString());
        var known = plain.Objects.Select(item => (item.Kind, item.Name)).ToHashSet();
        var (before, after) = (Container(plain), Container(with));
        var patch = new StringBuilder();
        foreach (var argument in Texts(after["args"]!).Except(Texts(before["args"]!)))
            patch.Append($"      - {{op: add, path: /spec/template/spec/containers/0/args/-, value: {argument}}}\n");
        foreach (var port in after["ports"]!.AsArray().Where(port => Texts(before["ports"]!).All(text => text != port!.ToJsonString())))
            patch.Append($"      - {{op: add, path: /spec/template/spec/containers/0/ports/-, value: {port!.ToJsonString()}}}\n");
        return new Dictionary<string, string>
        {
            ["kustomization.yaml"] = $$"""
                {{Made}}apiVersion: kustomize.config.k8s.io/v1alpha1
                kind: Component
                resources:
                  - webhook.yaml
                patches:
                  - target: {group: apps, labelSelector: app.kubernetes.io/component=controller}
                    patch: |-
                {{patch}}
                """,
            ["webhook.yaml"] = Made + string.Join("---\n", with.Objects.Where(item => !known.Contains((item.Kind, item.Name)))
                .Select(item => WithoutHelm(item.Text))),
        };
    }

    private static JsonNode Container(RenderedChart chart) =>
        chart.Objects.Single(item => item.Kind == "Deployment").Object["spec"]!["template"]!["spec"]!["containers"]![0]!;

    private static IEnumerable<string> Texts(JsonNode list) =>
        list.AsArray().Select(item => item is JsonValue ? item.GetValue<string>() : item!.ToJsonString());

    // Who applies these with kubectl has no release of Helm.
    private static string WithoutHelm(string text) => string.Concat(text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Where(line => !line.TrimStart().StartsWith("helm.sh/chart:", StringComparison.Ordinal)
            && line.Trim() != "app.kubernetes.io/managed-by: Helm")
        .Select(line => line + "\n"));
}
