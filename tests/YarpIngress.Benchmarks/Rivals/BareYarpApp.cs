using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Yarp.ReverseProxy.Configuration;

namespace YarpIngress.Benchmarks.Rivals;

/// <summary>What someone has after an afternoon with YARP: stock configuration, endpoint routing, no log at all.</summary>
internal static class BareYarpApp
{
    /// <summary>The first argument, which makes the benchmarks' program this app.</summary>
    public const string Mode = "bare-yarp";

    /// <summary>On a port of its own: how many bytes the process has allocated.</summary>
    public const string AllocatedPath = "/allocated-bytes";

    public static async Task RunAsync(string[] args, CancellationToken ct)
    {
        await using var file = File.OpenRead(args[2]);
        var hosts = await JsonSerializer.DeserializeAsync(file, BareYarpJson.Default.BareYarpHostArray, ct) ?? [];

        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddReverseProxy().LoadFromMemory(Routes(hosts), Clusters(hosts));
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, Port(args[0]));
            kestrel.Listen(IPAddress.Loopback, Port(args[3]));
            if (hosts.Any(host => host.Certificate is not null))
                kestrel.Listen(IPAddress.Loopback, Port(args[1]), listener => UseHttps(listener, hosts));
        });
        await using var app = builder.Build();
        app.MapReverseProxy();
        app.MapGet(AllocatedPath, () => $"{GC.GetTotalAllocatedBytes()}").RequireHost($"*:{args[3]}");
        await app.StartAsync(ct);
        await app.WaitForShutdownAsync(ct);
    }

    private static RouteConfig[] Routes(BareYarpHost[] hosts) =>
    [
        .. hosts.SelectMany(host => host.Paths.Select(path => new RouteConfig
        {
            RouteId = host.Name + path.Path,
            ClusterId = path.Backend,
            Match = new RouteMatch { Hosts = [host.Name], Path = path.Path.TrimEnd('/') + "/{**rest}" },
        })),
    ];

    private static ClusterConfig[] Clusters(BareYarpHost[] hosts) =>
    [
        .. hosts.SelectMany(host => host.Paths).Select(path => path.Backend).Distinct().Select(backend => new ClusterConfig
        {
            ClusterId = backend,
            Destinations = new Dictionary<string, DestinationConfig> { ["pod"] = new() { Address = $"http://{backend}/" } },
        }),
    ];

    // With the context made once, as a careful app does: a certificate selector would make one for each handshake.
    private static void UseHttps(ListenOptions listener, BareYarpHost[] hosts)
    {
        var certificates = hosts
            .Where(host => host.Certificate is not null)
            .ToDictionary(
                host => host.Name,
                host => SslStreamCertificateContext.Create(
                    X509Certificate2.CreateFromPemFile(host.Certificate!, host.Key), additionalCertificates: null, offline: true));
        listener.UseHttps(new TlsHandshakeCallbackOptions
        {
            OnConnection = context => ValueTask.FromResult(new SslServerAuthenticationOptions
            {
                ServerCertificateContext = certificates[context.ClientHelloInfo.ServerName],
            }),
        });
    }

    private static int Port(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
