using System.Diagnostics.Metrics;
using YarpIngress.Commands.Explain;
using YarpIngress.Commands.Explain.Streams;
using YarpIngress.Controller.Admission;
using YarpIngress.Controller.Cache;
using YarpIngress.Controller.Following;
using YarpIngress.Controller.Problems;
using YarpIngress.Controller.Status;
using YarpIngress.Controller.Updates;
using YarpIngress.Kubernetes;
using YarpIngress.Layer4.Streams;
using YarpIngress.Observability;
using YarpIngress.Observability.AccessLog;
using YarpIngress.Observability.Admin;
using YarpIngress.Observability.Dashboard;
using YarpIngress.Observability.Dashboard.Api;
using YarpIngress.Observability.Dashboard.Traffic;
using YarpIngress.Observability.Failures;
using YarpIngress.Observability.Logging;
using YarpIngress.Observability.Metrics;
using YarpIngress.Observability.Otlp;
using YarpIngress.Observability.Runtime;
using YarpIngress.Observability.Tracing;
using YarpIngress.Options;
using YarpIngress.Pipeline;
using YarpIngress.Pipeline.Draining;
using YarpIngress.Pipeline.ExternalAuth;
using YarpIngress.Pipeline.Forwarding.Http1;
using YarpIngress.Pipeline.Health;
using YarpIngress.Proxy;
using YarpIngress.Proxy.Listeners;

namespace YarpIngress.Controller;

/// <summary>
/// A whole controller: data plane, control loop, status, leader election and admin port. The program runs one; tests and
/// the local cluster run several side by side in one process.
/// </summary>
internal sealed partial class IngressController : IAsyncDisposable
{
    private readonly ControllerOptions _options;
    private readonly TrafficServer _traffic;
    private readonly StreamServer _streams;
    private readonly StreamExplainer _streamExplainer;
    private readonly ApiClient _api;
    private readonly TimeProvider _time;
    private readonly ILogger<IngressController> _log;
    private readonly ControllerMetrics _metrics;
    private readonly LoopSet _loops;
    private readonly ControllerLoop _loop;
    private readonly ClusterFeed _feed;
    private readonly EventRecorder _recorder;
    private readonly StatusWriter? _status;
    private readonly StatusFarewell? _farewell;
    private readonly LeaderElector? _elector;
    private readonly ClusterCache _cache;
    private readonly ClusterTranslation _translation;
    private readonly ObjectEvents _events;
    private readonly Explainer _explainer;
    private readonly TrafficHistory _history;
    private readonly DashboardEndpoint _dashboard;
    private readonly DateTimeOffset _startedAt;
    private readonly RequestTracing _tracing;
    private readonly DotNetMeters _meters;
    private readonly MetricPush _push;
    private readonly SettingsInForce _settings;
    private readonly AdmissionWebhook? _admission;
    private readonly CancellationTokenSource _resigned = new();
    private readonly Lock _stopLock = new();
    private AdminServer? _admin;
    private Task? _stopped;
    private volatile bool _draining;

    private IngressController(
        ControllerOptions options, ClusterConfig cluster, Action<ILoggingBuilder> logging, TimeProvider time, Stream? accessLog)
    {
        (_options, _time, _startedAt) = (options, time, time.GetUtcNow());
        _metrics = new ControllerMetrics(options);
        _traffic = TrafficServer.Build(options.DataPlane(accessLog), logging);
        var loggers = _traffic.Services.GetRequiredService<ILoggerFactory>();
        _log = loggers.CreateLogger<IngressController>();
        Ports = _traffic.Services.GetRequiredService<TrafficPorts>();
        _api = new ApiClient(cluster, loggers, time);
        _loops = new LoopSet(loggers.CreateLogger<LoopSet>());

        var instance = options.PodName ?? Environment.MachineName;
        _recorder = new EventRecorder(
            _api, new() { Component = "yarp-ingress-controller", Instance = instance }, loggers.CreateLogger<EventRecorder>(), time);
        _events = new ObjectEvents(_recorder, !options.DisableSyncEvents);
        _status = options.UpdateStatus ? new StatusWriter(_api, loggers.CreateLogger<StatusWriter>(), time) : null;
        _cache = new ClusterCache(options.Translation(cluster.Server));
        _translation = new ClusterTranslation(_cache, time);
        var live = new LiveObjects();
        var reports = new ControllerReports(new ProblemLog(_metrics, loggers.CreateLogger<ProblemLog>()), live, _events, _status);
        var dataPlane = _traffic.Services.GetRequiredService<DataPlane>();
        _traffic.Services.GetRequiredService<ClusterNames>().ServiceAddress = key => _cache.Services.Service(key)?.Spec?.ClusterIP;
        _tracing = _traffic.Services.GetRequiredService<RequestTracing>();
        _explainer = new Explainer(_cache, _translation, dataPlane, _traffic.Services.GetRequiredService<HealthCheck>());
        _streamExplainer = new StreamExplainer(_cache, _translation);
        if (options.DefaultSslCertificate is { } certificate)
            dataPlane.SetDefaultCertificate(certificate);
        _history = new TrafficHistory(_traffic.Services.GetRequiredService<LiveTraffic>(), time);
        var pools = _traffic.Services.GetRequiredService<ConnectionPools>();
        var dashboard = new DashboardSource(dataPlane, pools, live, _history, State, time);
        var inventory = new RecentInventory(dashboard);
        _dashboard = new DashboardEndpoint(
            new AdminAccess(options),
            new AdminApi(Explain, ExplainStream, _traffic.Services.GetRequiredService<RecentFailures>()),
            dashboard, inventory);
        _streams = _traffic.Services.GetRequiredService<StreamServer>();
        var publisher = new ModelPublisher(dataPlane, _metrics, loggers.CreateLogger<ModelPublisher>()) { Streams = _streams };
        _loop = new ControllerLoop(
            _cache, _translation, publisher, reports, _metrics,
            loggers.CreateLogger<ControllerLoop>(), time);
        _streams.OnRetry = key => _loop.Post("", null, cache => cache.Streams.Retry(key));
        _feed = new ClusterFeed(_api, options, _loop, _events, loggers, time);
        _admission = AdmissionWebhook.Of(
            options, _api, _loop, new IngressReview(_cache, _translation, _feed.Follows), _metrics.Admission, loggers, time);
        Referenced = new ReferencedObjects(
            _api, _loop, new FollowedObjects(_api, _loop, loggers.CreateLogger<FollowedObjects>(), time),
            loggers.CreateLogger<ReferencedObjects>(), time);
        reports.Referenced = Referenced;
        (_cache.Named.Reader, _cache.Named.Left) = (Referenced.Want, Referenced.Leave);
        if (!options.DisableLeaderElection)
            _elector = new LeaderElector(
                _api, Leadership.Election(options, cluster, instance, Lead, _events.OtherLed),
                loggers.CreateLogger<LeaderElector>(), time);
        if (_status is not null && options.UpdateStatusOnShutdown)
            _farewell = new StatusFarewell(_api, _status, _elector, options, loggers.CreateLogger<StatusFarewell>(), time);
        if (_status is not null)
            Addresses = new PublishedAddresses(_api, options, _status, loggers.CreateLogger<PublishedAddresses>(), time);
        _meters = new DotNetMeters(_metrics.Registry, _traffic.Services.GetRequiredService<IMeterFactory>());
        _push = new MetricPush(_metrics.Registry, TracingIdentity.Of(options), time, loggers.CreateLogger<MetricPush>());
        _settings = new SettingsInForce(_traffic.Services, _streams, _tracing, _push);
        publisher.OnGlobalSettings += _settings.Apply;
        AddMetrics(_metrics.Registry, live, inventory);
    }

    /// <summary>The port for traffic in clear.</summary>
    public int HttpPort => Ports.Http;

    /// <summary>The port for traffic over TLS.</summary>
    public int HttpsPort => Ports.Https;

    /// <summary>The admin port.</summary>
    public int AdminPort => _admin?.Port ?? 0;

    /// <summary>The port of the admission webhook; 0 without one.</summary>
    public int AdmissionPort => _admission?.Port ?? 0;

    /// <summary>Whether the first state is live and no shutdown has begun: what <c>/readyz</c> answers.</summary>
    public bool IsReady => _loop.Synced.IsCompleted && !_draining;

    /// <summary>Completes when the first state is live.</summary>
    public Task Synced => _loop.Synced;

    /// <summary>What <c>/metrics</c> shows.</summary>
    public MetricRegistry Metrics => _metrics.Registry;

    private TrafficPorts Ports { get; }

    private ReferencedObjects Referenced { get; }

    private PublishedAddresses? Addresses { get; }

    /// <summary>
    /// Binds all ports and begins to follow the cluster; does not wait for the API server, see <see cref="Synced"/>.
    /// </summary>
    /// <param name="options">Checked by <see cref="OptionsValidation"/>.</param>
    /// <param name="ct">Gives the start up.</param>
    /// <param name="logging">Where the log goes; to standard output, as the options say, when null.</param>
    /// <param name="time">The clock.</param>
    /// <param name="accessLog">Where the access log goes unless it goes to a file; null logs nothing there.</param>
    /// <param name="onFirstState">Called once, when the first state is in place and before anything is answered.</param>
    /// <exception cref="ClusterConfigException">There is no way to an API server.</exception>
    /// <exception cref="IOException">A port can't be bound.</exception>
    public static async Task<IngressController> StartAsync(
        ControllerOptions options, CancellationToken ct, Action<ILoggingBuilder>? logging = null, TimeProvider? time = null,
        Stream? accessLog = null, Action? onFirstState = null)
    {
        var cluster = ClusterConfig.Load(options.Cluster());
        var controller = new IngressController(
            options, cluster, logging ?? (builder => builder.AddLog(options)), time ?? TimeProvider.System, accessLog);
        controller._loop.OnFirstState = onFirstState;
        try
        {
            await controller.BeginAsync(cluster, ct);
            return controller;
        }
        catch
        {
            await controller.DisposeAsync();
            throw;
        }
    }

    /// <summary>Opens the file of the access log anew, as after it was moved away.</summary>
    public void ReopenAccessLog() => _traffic.Services.GetRequiredService<AccessLogger>().Reopen();

    /// <summary>
    /// Stops as after SIGTERM: not ready at once, serving on for the grace period, then draining, then done.
    /// </summary>
    /// <param name="hurry">Cuts the waits short.</param>
    public Task StopAsync(CancellationToken hurry)
    {
        lock (_stopLock)
            return _stopped ??= Task.Run(() => StopOnceAsync(hurry), CancellationToken.None);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await StopAsync(CancellationToken.None);

    private async Task BeginAsync(ClusterConfig cluster, CancellationToken ct)
    {
        var loggers = _traffic.Services.GetRequiredService<ILoggerFactory>();
        var metrics = new MetricsEndpoint(_metrics.Registry);
        var source = new AdminSource(Health, Readiness, metrics.AnswerAsync, _dashboard.AnswerAsync);
        _admin = await AdminServer.StartAsync(_options, source, loggers, ct);
        if (_admission is not null)
            await _admission.StartAsync(_loops, ct);
        await _traffic.StartAsync(_loop.Synced, ct);
        Log.Started(
            _log, ProductVersion.Release, HttpPort, HttpsPort, AdminPort, _options.IngressClass, _options.ControllerClass, cluster.Server);

        _loops.Start("controller", _loop.RunAsync);
        foreach (var kind in _feed.Kinds)
            _loops.Start(kind.Name, kind.RunAsync);
        _loops.Start("referenced objects", Referenced.RunAsync);
        _loops.Start("events", _recorder.RunAsync);
        if (_options.EnableTopologyAwareRouting)
            _loops.Start("place", new OwnPlace(_api, _options, _loop, loggers.CreateLogger<OwnPlace>(), _time).RunAsync);
        if (_status is not null && Addresses is not null)
        {
            _loops.Start("status", _status.RunAsync);
            _loops.Start("addresses", Addresses.RunAsync);
        }
        if (_elector is not null)
            _loops.Start("leader", ct => Leadership.RunAsync(_elector, _resigned.Token, ct));
        else
            Lead(true);
    }

    private void Lead(bool leads)
    {
        _status?.SetLeader(leads);
        _loop.Post("", null, cache => _events.SetLeader(leads, cache, _translation.Problems.All));
    }

    private bool Leads => _elector?.IsLeader ?? true;

    private async Task StopOnceAsync(CancellationToken hurry)
    {
        var drainTimeout = _settings.Process.DrainTimeout ?? _options.PostShutdownGracePeriod;
        Log.Stopping(_log, _options.ShutdownGracePeriod, drainTimeout);
        _draining = true;
        // Who drains for minutes may be an old version with other addresses to publish: another replica leads from here on.
        var hasLed = Leads;
        await _resigned.CancelAsync();
        _traffic.Services.GetRequiredService<DrainSwitch>().Begin();
        if (_admin is not null)
            await Task.Delay(_options.ShutdownGracePeriod, _time, hurry).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        using (var drained = new CancellationTokenSource(drainTimeout, _time))
        using (var limit = CancellationTokenSource.CreateLinkedTokenSource(drained.Token, hurry))
            await Task.WhenAll(_traffic.StopAsync(limit.Token), _streams.StopAsync(limit.Token));

        if (_farewell is not null && hasLed)
            await _farewell.ClearAsync(hurry);
        if (_admission is not null)
            await _admission.DisposeAsync();
        await _loops.DisposeAsync();
        if (_admin is not null)
            await _admin.DisposeAsync();
        // While the counts of the last requests can still be read.
        await _push.DisposeAsync();
        _history.Dispose();
        _meters.Dispose();
        Log.Stopped(_log);
        _api.Dispose();
        _resigned.Dispose();
        await _traffic.DisposeAsync();
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information,
            "yarp-ingress {Version}: http port {HttpPort}, https port {HttpsPort}, admin port {AdminPort}, "
            + "ingress class {IngressClass}, controller class {ControllerClass}, API server {ApiServer}",
            EventName = "Started")]
        public static partial void Started(
            ILogger log, string version, int httpPort, int httpsPort, int adminPort, string ingressClass, string controllerClass,
            Uri apiServer);

        [LoggerMessage(2, LogLevel.Information,
            "Stopping: not ready, serving for {Grace} more, then draining for at most {Drain}", EventName = "Stopping")]
        public static partial void Stopping(ILogger log, TimeSpan grace, TimeSpan drain);

        [LoggerMessage(3, LogLevel.Information, "Stopped", EventName = "Stopped")]
        public static partial void Stopped(ILogger log);
    }
}
