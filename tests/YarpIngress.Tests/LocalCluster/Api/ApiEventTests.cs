using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Api;
using YarpIngress.LocalCluster.Discovery;

namespace YarpIngress.Tests.LocalCluster.Api;

public sealed class ApiEventTests
{
    [Fact]
    public async Task Only_the_latest_events_are_kept()
    {
        await using var host = await ApiServerHost.StartAsync(
            new ApiServerOptions { EventLimit = 3 }, TestContext.Current.CancellationToken);
        for (var i = 0; i < 6; i++)
            Create(host, $"e{i}");
        await Wait.UntilAsync(() => Names(host).SequenceEqual(["e3", "e4", "e5"]), "the three latest events");
    }

    [Fact]
    public async Task Old_events_go()
    {
        await using var host = await ApiServerHost.StartAsync(
            new ApiServerOptions { EventLifetime = TimeSpan.Zero, EventLimit = 1 }, TestContext.Current.CancellationToken);
        Create(host, "a");
        Create(host, "b");
        await Wait.UntilAsync(() => !Names(host).Any(), "an end of all events");
    }

    private static void Create(ApiServerHost host, string name) => host.Operations.Create(ResourceCatalog.Events, "default", new JsonObject
    {
        ["metadata"] = new JsonObject { ["name"] = name },
        ["involvedObject"] = new JsonObject { ["kind"] = "Pod", ["name"] = "p", ["namespace"] = "default" },
    });

    private static IEnumerable<string> Names(ApiServerHost host) =>
        host.Operations.List(ResourceCatalog.Events, null).Items.Select(e => e.Name);
}
