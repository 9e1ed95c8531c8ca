using System.Net.Sockets;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using YarpIngress.Observability.Dashboard;
using YarpIngress.Options;
using YarpIngress.Proxy.Listeners;

namespace YarpIngress.Observability.Admin;

/// <summary>
/// The admin port: a server of its own, so that no request on a traffic port reaches it, and so that it still answers
/// while the traffic ports drain.
/// </summary>
internal sealed class AdminServer : IAsyncDisposable
{
    // Of kubelets, Prometheus and people.
    private const int MostConnections = 512;

    private readonly WebApplication _app;

    private AdminServer(WebApplication app, int port) => (_app, Port) = (app, port);

    /// <summary>The port that is bound.</summary>
    public int Port { get; }

    /// <summary>Binds and answers.</summary>
    /// <exception cref="PortRefusedException">The port can't be bound.</exception>
    public static async Task<AdminServer> StartAsync(
        ControllerOptions options, AdminSource source, ILoggerFactory log, CancellationToken ct)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(log);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            // Whoever reaches the port may ask, and not take the files that traffic needs.
            kestrel.Limits.MaxConcurrentConnections = MostConnections;
            if (options.HealthzHosts.Count == 0)
                kestrel.ListenAnyIP(options.HealthzPort);
            foreach (var address in options.HealthzHosts)
                kestrel.Listen(address, options.HealthzPort);
        });
        // Signals are the traffic host's business; this one is stopped by its owner, last.
        builder.Services.AddSingleton<IHostLifetime, OwnedLifetime>();
        var app = builder.Build();
        app.Run(context => AnswerAsync(context, source, options.HealthCheckPath));
        try
        {
            await app.StartAsync(ct);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            await app.DisposeAsync();
            throw new PortRefusedException(
                $"--healthz-port={options.HealthzPort}", $"--healthz-host={string.Join(',', options.HealthzHosts)}", e);
        }
        var addresses = app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses;
        return new AdminServer(app, BindingAddress.Parse(addresses.First()).Port);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
    }

    private static Task AnswerAsync(HttpContext context, AdminSource source, string healthPath)
    {
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
        {
            context.Response.Headers.Allow = "GET, HEAD";
            return PlainAnswer.WriteAsync(context, StatusCodes.Status405MethodNotAllowed, "only GET and HEAD\n");
        }
        switch (context.Request.Path.Value)
        {
            case "/healthz":
                return HealthAsync(context, "healthz", source.Health(), StatusCodes.Status500InternalServerError);
            case "/readyz":
                return HealthAsync(context, "readyz", source.Readiness(), StatusCodes.Status503ServiceUnavailable);
            case "/metrics":
                return source.Metrics(context);
            case { } path when DashboardEndpoint.Owns(path):
                return source.Dashboard(context);
            case { } path when path == healthPath:
                goto case "/healthz";
            default:
                return PlainAnswer.WriteAsync(
                    context, StatusCodes.Status404NotFound, "there are /healthz, /readyz (both with ?verbose), /metrics and /dashboard/\n");
        }
    }

    private static Task HealthAsync(HttpContext context, string check, IReadOnlyList<PartHealth> parts, int failure) =>
        PlainAnswer.WriteAsync(
            context,
            parts.All(part => part.Ok) ? StatusCodes.Status200OK : failure,
            HealthText.Write(check, parts, context.Request.Query.ContainsKey("verbose")));
}
