using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Yarp.ReverseProxy.Configuration;

namespace YarpIngress.Benchmarks.Propagation;

/// <summary>
/// YARP as its documentation has it for configuration that changes: an <see cref="IProxyConfigProvider"/> in memory and
/// endpoint routing. What did not change stays the same object, which is the best that a provider can do for YARP.
/// </summary>
internal static class StockYarpApp
{
    /// <summary>The first argument, which makes the benchmarks' program this app.</summary>
    public const string Mode = "stock-yarp";

    public static async Task RunAsync(string[] args, CancellationToken ct)
    {
        await using var file = File.OpenRead(args[2]);
        var backends = await JsonSerializer.DeserializeAsync(file, StockYarpJson.Default.DictionaryStringString, ct) ?? [];
        var routes = backends.Keys.ToDictionary(host => host, Route);
        var clusters = backends.ToDictionary(pair => pair.Key, pair => Cluster(pair.Key, pair.Value));

        var (traffic, control) = (Port(args[0]), Port(args[1]));
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddReverseProxy().LoadFromMemory([.. routes.Values], [.. clusters.Values]);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, traffic);
            kestrel.Listen(IPAddress.Loopback, control);
        });
        await using var app = builder.Build();
        var provider = app.Services.GetRequiredService<InMemoryConfigProvider>();
        app.MapPut("/{host}", (string host, string backend) =>
        {
            routes.TryAdd(host, Route(host));
            clusters[host] = Cluster(host, backend);
            provider.Update([.. routes.Values], [.. clusters.Values]);
        }).RequireHost($"*:{control.ToString(CultureInfo.InvariantCulture)}");
        app.MapReverseProxy();
        await app.StartAsync(ct);
        await app.WaitForShutdownAsync(ct);
    }

    private static RouteConfig Route(string host) =>
        new() { RouteId = host, ClusterId = host, Match = new RouteMatch { Hosts = [host], Path = "/{**rest}" } };

    private static ClusterConfig Cluster(string host, string backend) => new()
    {
        ClusterId = host,
        Destinations = new Dictionary<string, DestinationConfig> { ["pod"] = new() { Address = $"http://{backend}/" } },
    };

    private static int Port(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}

[JsonSerializable(typeof(Dictionary<string, string>))]
internal sealed partial class StockYarpJson : JsonSerializerContext;
