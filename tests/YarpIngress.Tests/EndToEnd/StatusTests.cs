using YarpIngress.Kubernetes;
using YarpIngress.Kubernetes.Models;

namespace YarpIngress.Tests.EndToEnd;

/// <summary>What the API says of an Ingress: its status, its Events.</summary>
public sealed class StatusTests(TestCluster cluster) : EndToEndTest(cluster)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_leader_writes_the_published_address()
    {
        await Namespace.StartAppAsync("app");
        await Namespace.ApplyIngressAsync("app", Namespace.Host("status"), ("Prefix", "/", "app"));

        await Wait.ForAsync(
            () => ReadAsync("app"),
            ingress => ingress.Status?.LoadBalancer?.Ingress is [{ Ip: "192.0.2.10" }],
            "status");
    }

    [Fact]
    public async Task A_status_that_somebody_overwrites_is_written_again()
    {
        await Namespace.StartAppAsync("app");
        await Namespace.ApplyIngressAsync("app", Namespace.Host("status"), ("Prefix", "/", "app"));
        var written = await Wait.ForAsync(
            () => ReadAsync("app"),
            ingress => ingress.Status?.LoadBalancer?.Ingress is [{ Ip: "192.0.2.10" }],
            "status");

        await Cluster.Api.PatchAsync<V1Ingress>(
            Namespace.Name, "app", Patch.Merge(new System.Text.Json.Nodes.JsonObject { ["status"] = null }), Cancelled, "status");
        await Wait.ForAsync(() => ReadAsync("app"), ingress =>
            ingress.Metadata.ResourceVersion != written.Metadata.ResourceVersion
                && ingress.Status?.LoadBalancer?.Ingress is [{ Ip: "192.0.2.10" }], "status again");
    }

    [Theory]
    [InlineData("missing", 80, "ServiceNotFound")]
    [InlineData("app", 81, "ServicePortNotFound")]
    public async Task A_problem_becomes_an_Event_on_the_Ingress(string service, int port, string reason)
    {
        await Namespace.StartAppAsync("app");
        var ingress = Namespace.Ingress(Namespace.Host("problem"), ("Prefix", "/", service));
        ingress["spec"]!["rules"]![0]!["http"]!["paths"]![0]!["backend"]!["service"]!["port"]!["number"] = port;
        await Namespace.ApplyAsync<V1Ingress>("problem", ingress);

        var found = await Wait.ForAsync(() => EventsAsync("problem", reason), events => events.Count > 0, "the Event");
        Assert.Equal("Warning", found[0].Type);
        Assert.Contains(service, found[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_served_Ingress_gets_a_Sync_Event()
    {
        await Namespace.StartAppAsync("app");
        await Namespace.ApplyIngressAsync("app", Namespace.Host("sync"), ("Prefix", "/", "app"));

        await Wait.ForAsync(() => EventsAsync("app", "Sync"), events => events is [{ Type: "Normal" }], "the Event");
    }

    private Task<V1Ingress> ReadAsync(string name) => Cluster.Api.GetAsync<V1Ingress>(Namespace.Name, name, Cancelled);

    private async Task<List<Corev1Event>> EventsAsync(string ingress, string reason)
    {
        var query = new ListQuery { FieldSelector = $"involvedObject.kind=Ingress,involvedObject.name={ingress},reason={reason}" };
        return [.. (await Cluster.Api.ListAllAsync<Corev1Event>(Namespace.Name, query, Cancelled)).Items];
    }
}
