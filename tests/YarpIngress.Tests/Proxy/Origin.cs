using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace YarpIngress.Tests.Proxy;

/// <summary>A pod: one handler behind a loopback port.</summary>
internal sealed class Origin : IAsyncDisposable
{
    private readonly IHost _host;

    private Origin(IHost host) => _host = host;

    public IPEndPoint EndPoint
    {
        get
        {
            var addresses = _host.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses;
            return new IPEndPoint(IPAddress.Loopback, new Uri(addresses.First()).Port);
        }
    }

    public static async Task<Origin> StartAsync(
        RequestDelegate handler,
        HttpProtocols protocols = HttpProtocols.Http1,
        Action<ListenOptions>? configure = null)
    {
        var host = new HostBuilder()
            .ConfigureWebHost(web => web
                .UseKestrelCore()
                .UseKestrelHttpsConfiguration()
                .ConfigureKestrel(kestrel =>
                {
                    kestrel.Limits.MaxRequestBodySize = null;
                    kestrel.Limits.MaxRequestHeadersTotalSize = 256 * 1024;
                    kestrel.Limits.MaxRequestHeaderCount = 1000;
                    kestrel.Listen(IPAddress.Loopback, 0, listen =>
                    {
                        listen.Protocols = protocols;
                        configure?.Invoke(listen);
                    });
                })
                .Configure(app => app.UseWebSockets().Run(handler)))
            .Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        return new Origin(host);
    }

    /// <summary>A pod that answers everything with its name.</summary>
    public static Task<Origin> StartAsync(string name) => StartAsync(context => context.Response.WriteAsync(name));

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _host.StopAsync(now.Token);
        _host.Dispose();
    }
}
