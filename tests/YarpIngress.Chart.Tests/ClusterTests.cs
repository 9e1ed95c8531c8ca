using System.Text.Json.Nodes;
using YarpIngress.LocalCluster;
using YarpIngress.LocalCluster.Discovery;

namespace YarpIngress.Chart.Tests;

/// <summary>An API server takes what the chart renders: every kind that it knows goes through its validation.</summary>
public sealed class ClusterTests
{
    // Kinds of which only the structure is looked at.
    private static readonly string[] Unknown =
    [
        "HorizontalPodAutoscaler", "ScaledObject", "ServiceMonitor", "PrometheusRule", "Issuer", "Certificate",
    ];

    [Theory]
    [MemberData(nameof(TestValues.Names), MemberType = typeof(TestValues))]
    public async Task An_API_server_takes_every_object(string name)
    {
        await using var cluster = await LocalClusterHost.StartAsync(
            new LocalClusterOptions { RunControllers = false }, TestContext.Current.CancellationToken);
        var chart = RenderedChart.With(TestValues.All[name], "edge", "edge");
        foreach (var space in chart.Objects.Select(item => item.Namespace).OfType<string>().Distinct())
            cluster.ApplyText($"{{apiVersion: v1, kind: Namespace, metadata: {{name: {space}}}}}");
        foreach (var item in chart.Objects)
        {
            if (ResourceCatalog.FindKind(item.ApiVersion, item.Kind) is not null)
                cluster.ApplyText(item.Text);
            else
                Assert.Contains(item.Kind, Unknown);
        }
    }

    [Theory]
    [MemberData(nameof(TestValues.Names), MemberType = typeof(TestValues))]
    public void Objects_have_names_labels_and_no_field_without_a_value(string name)
    {
        var chart = RenderedChart.With(TestValues.All[name]);
        Assert.Equal(chart.Objects.Count, chart.Objects.Select(item => (item.Kind, item.Namespace, item.Name)).Distinct().Count());
        foreach (var item in chart.Objects)
        {
            Assert.Equal("yarp-ingress", item.Object["metadata"]!["labels"]!["app.kubernetes.io/name"]!.GetValue<string>());
            Assert.Equal(item.Kind is "ClusterRole" or "ClusterRoleBinding" or "IngressClass" or "ValidatingWebhookConfiguration", item.Namespace is null);
            Assert.Empty(Nulls(item.Object, item.Kind));
        }
    }

    private static IEnumerable<string> Nulls(JsonNode? node, string path) => node switch
    {
        null => [path],
        JsonObject map => map.SelectMany(pair => Nulls(pair.Value, $"{path}.{pair.Key}")),
        JsonArray list => list.SelectMany((item, index) => Nulls(item, $"{path}[{index}]")),
        _ => [],
    };
}
