using System.Diagnostics;
using Microsoft.AspNetCore.Hosting.Server;
using YarpIngress.Proxy;

namespace YarpIngress.Pipeline;

/// <summary>The server of the traffic ports: Kestrel and <see cref="RequestPipeline"/>, with nothing in between.</summary>
internal sealed class TrafficServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly IDisposable _unreadable;

    private TrafficServer(WebApplication app)
    {
        _app = app;
        _unreadable = UnreadableRequests.Watch(app.Services.GetRequiredService<DiagnosticListener>());
    }

    /// <summary>What <see cref="DataPlaneServices"/> added.</summary>
    public IServiceProvider Services => _app.Services;

    /// <summary>Makes a server that listens to nothing yet.</summary>
    public static TrafficServer Build(DataPlaneOptions options, Action<ILoggingBuilder> logging)
    {
        // RFC 9112, 2.2: a bare LF may end a line, and does not to every proxy in front. Kestrel asks once, at its start.
        AppContext.SetSwitch("Microsoft.AspNetCore.Server.Kestrel.DisableHttp1LineFeedTerminators", true);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddLogging(logging);
        builder.WebHost.UseKestrelCore();
        builder.Services.AddDataPlane(options);
        // Never started as such: it would serve requests by an application of its own.
        return new TrafficServer(builder.Build());
    }

    /// <summary>Binds the ports and serves.</summary>
    /// <param name="live">Until it completes, each request gets a 503.</param>
    /// <param name="ct">Gives the start up.</param>
    /// <exception cref="IOException">A port can't be bound.</exception>
    public Task StartAsync(Task live, CancellationToken ct) =>
        Services.GetRequiredService<IServer>().StartAsync(Application(live), ct);

    /// <summary>Closes the ports, lets open requests finish until the token is cancelled, then cuts them off.</summary>
    public Task StopAsync(CancellationToken ct) => Services.GetRequiredService<IServer>().StopAsync(ct);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _unreadable.Dispose();
        return _app.DisposeAsync();
    }

    private GatewayApplication Application(Task live) =>
        ActivatorUtilities.CreateInstance<GatewayApplication>(Services, RequestPipeline.Build(Services, live));
}
