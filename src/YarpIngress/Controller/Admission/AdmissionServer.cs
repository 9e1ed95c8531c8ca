using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using YarpIngress.Proxy.Listeners;

namespace YarpIngress.Controller.Admission;

/// <summary>The webhook's port: HTTPS, a server of its own, with the certificate that is current at each handshake.</summary>
internal sealed class AdmissionServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private AdmissionServer(WebApplication app, int port) => (_app, Port) = (app, port);

    /// <summary>The port that is bound.</summary>
    public int Port { get; }

    /// <summary>Binds and answers.</summary>
    /// <param name="address">Where to listen.</param>
    /// <param name="certificate">The current certificate. While there is none, handshakes wait.</param>
    /// <param name="endpoint">Answers.</param>
    /// <param name="limits">What is taken.</param>
    /// <param name="log">The log.</param>
    /// <param name="ct">Gives the start up.</param>
    /// <exception cref="PortRefusedException">The port can't be bound.</exception>
    public static async Task<AdmissionServer> StartAsync(
        WebhookAddress address, Func<CancellationToken, ValueTask<SslStreamCertificateContext>> certificate,
        AdmissionEndpoint endpoint, AdmissionLimits limits,
        ILoggerFactory log, CancellationToken ct)
    {
        // Kestrel gives a handshake ten seconds, as the API server gives its question.
        void Secure(ListenOptions listen) => listen.UseHttps(new TlsHandshakeCallbackOptions
        {
            OnConnection = async connection => Handshake(await certificate(connection.CancellationToken)),
        });

        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(log);
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = limits.Body;
            kestrel.Limits.MaxConcurrentConnections = limits.Connections;
            if (address.Addresses.Count == 0)
                kestrel.ListenAnyIP(address.Port, Secure);
            foreach (var one in address.Addresses)
                kestrel.Listen(one, address.Port, Secure);
        });
        builder.Services.AddSingleton<IHostLifetime, OwnedLifetime>();
        var app = builder.Build();
        app.Run(endpoint.HandleAsync);
        try
        {
            await app.StartAsync(ct);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            await app.DisposeAsync();
            var flag = $"--validating-webhook={address}";
            throw new PortRefusedException(flag, flag, e);
        }
        var bound = app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses;
        return new AdmissionServer(app, BindingAddress.Parse(bound.First()).Port);
    }

    private static SslServerAuthenticationOptions Handshake(SslStreamCertificateContext certificate) => new()
    {
        ServerCertificateContext = certificate,
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
    };

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
    }
}
