using System.Diagnostics;
using System.Threading.Channels;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using YarpIngress.Translation.Settings;

namespace YarpIngress.Observability.Tracing;

/// <summary>
/// Makes spans and sends them to the collector, from a bounded queue and never on a request's time. Everything of
/// OpenTelemetry's is behind this class, so that its assemblies are loaded when the first request is traced.
/// </summary>
/// <remarks>
/// OpenTelemetry's own batch processor does not tell what it had to drop, so the queue is ours; sampler, exporter and
/// resource are its.
/// </remarks>
internal sealed partial class SpanExport : IAsyncDisposable
{
    private const string ScopeName = "YarpIngress";
    private static readonly TimeSpan LastFlush = TimeSpan.FromSeconds(3);

    private readonly TracingSettings _settings;
    private readonly TracingCounts _counts;
    private readonly ILogger _log;
    private readonly ActivitySource _source = new(ScopeName, ProductVersion.Release);
    private readonly ActivityListener _listener;
    private readonly Sampler _rootSampler;
    private readonly Sampler _sampler;
    private readonly OtlpTraceExporter _exporter;
    private readonly TracerProvider _provider;
    private readonly Channel<Activity> _queue;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _sending;
    private bool _failing;

    public SpanExport(TracingSettings settings, Uri endpoint, TracingIdentity identity, TracingCounts counts, ILogger log)
    {
        (_settings, _counts, _log) = (settings, counts, log);
        _rootSampler = RootSampler(settings);
        _sampler = settings.ParentBased ? new ParentBasedSampler(_rootSampler) : _rootSampler;
        _exporter = new OtlpTraceExporter(new OtlpExporterOptions
        {
            Endpoint = endpoint,
            Protocol = settings.Protocol == OtlpProtocol.Grpc ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf,
        });
        // Listens to no source: it is where the exporter finds out for whom it speaks.
        _provider = Sdk.CreateTracerProviderBuilder()
            .ConfigureResource(resource => resource.Clear().AddService(
                settings.ServiceName, serviceVersion: ProductVersion.Release, autoGenerateServiceInstanceId: false,
                serviceInstanceId: identity.Instance).AddAttributes(identity.Attributes))
            .AddProcessor(new SimpleActivityExportProcessor(_exporter))
            .Build();
        _listener = new ActivityListener
        {
            ShouldListenTo = source => ReferenceEquals(source, _source),
            Sample = Sample,
        };
        ActivitySource.AddActivityListener(_listener);
        _queue = Channel.CreateBounded<Activity>(new BoundedChannelOptions(settings.MaxQueueSize) { SingleReader = true });
        _sending = Task.Run(SendAsync);
    }

    /// <summary>A span that has begun; for one that is not recorded, what carries its ids.</summary>
    public Activity? Start(string name, ActivityKind kind, ActivityContext parent, DateTime at)
    {
        // A span is its own; it would stay the current one of whatever this thread does next.
        var current = Activity.Current;
        Activity.Current = null;
        var span = _source.CreateActivity(name, kind, parent, idFormat: ActivityIdFormat.W3C);
        span?.SetStartTime(at).Start();
        Activity.Current = current;
        return span;
    }

    /// <summary>Whether a trace is recorded whose caller has not decided.</summary>
    public bool WouldRecord(ActivityTraceId trace) => Decide(_rootSampler, default, trace);

    /// <summary>A span has ended, and is sent when its turn comes, or dropped when too many wait.</summary>
    public void End(Activity span)
    {
        Discard(span);
        if (!_queue.Writer.TryWrite(span))
            _counts.QueueFull();
    }

    /// <summary>A span has ended that nobody is told of.</summary>
    public void Discard(Activity span)
    {
        var current = Activity.Current;
        span.Stop();
        Activity.Current = current;
    }

    /// <summary>Sends what waits, for a short while, and gives up the rest.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        _stop.CancelAfter(LastFlush);
        await _sending.WaitAsync(LastFlush + LastFlush).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _listener.Dispose();
        _source.Dispose();
        // It ends the exporter too, which may be in the middle of a time-out.
        await Task.Factory.StartNew(
            _provider.Dispose, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await _sending;
        _stop.Dispose();
    }

    private static Sampler RootSampler(TracingSettings settings) => settings.Sampler switch
    {
        TraceSampler.AlwaysOn => new AlwaysOnSampler(),
        TraceSampler.AlwaysOff => new AlwaysOffSampler(),
        _ => new TraceIdRatioBasedSampler(settings.Ratio),
    };

    private ActivitySamplingResult Sample(ref ActivityCreationOptions<ActivityContext> options)
    {
        // The attempts of a request that is recorded are recorded.
        if (options.Kind == ActivityKind.Client)
            return ActivitySamplingResult.AllDataAndRecorded;
        return Decide(_sampler, options.Parent, options.TraceId)
            ? ActivitySamplingResult.AllDataAndRecorded
            : ActivitySamplingResult.PropagationData;
    }

    private static bool Decide(Sampler sampler, ActivityContext parent, ActivityTraceId trace) =>
        sampler.ShouldSample(new SamplingParameters(parent, trace, ScopeName, ActivityKind.Server)).Decision
            == SamplingDecision.RecordAndSample;

    private async Task SendAsync()
    {
        var reader = _queue.Reader;
        var batch = new List<Activity>(_settings.MaxExportBatchSize);
        try
        {
            while (await reader.WaitToReadAsync(_stop.Token))
            {
                await FillAsync(reader, batch);
                await ExportAsync([.. batch]);
                batch.Clear();
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            _counts.Failed(batch.Count + reader.Count);
        }
    }

    // A batch waits for others from its first span on.
    private async Task FillAsync(ChannelReader<Activity> reader, List<Activity> batch)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        patience.CancelAfter(_settings.ScheduleDelay);
        try
        {
            do
            {
                while (batch.Count < _settings.MaxExportBatchSize && reader.TryRead(out var span))
                    batch.Add(span);
            }
            while (batch.Count < _settings.MaxExportBatchSize && await reader.WaitToReadAsync(patience.Token));
        }
        catch (OperationCanceledException) when (!_stop.IsCancellationRequested)
        {
            // Nobody else came in time.
        }
    }

    private async Task ExportAsync(Activity[] spans)
    {
        // The exporter blocks its thread, which must be none that serves requests.
        var result = await Task.Factory.StartNew(
            () => _exporter.Export(new Batch<Activity>(spans, spans.Length)),
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        if (result == ExportResult.Success)
            _counts.Sent(spans.Length);
        else
            _counts.Failed(spans.Length);
        if (_failing != (result != ExportResult.Success))
        {
            _failing = !_failing;
            if (_failing)
                Log.Failing(_log, _settings.CollectorHost, _settings.CollectorPort);
            else
                Log.Recovered(_log, _settings.CollectorHost, _settings.CollectorPort);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning,
            "The collector {Host}:{Port} takes no spans; they are dropped and counted until it does", EventName = "SpansNotSent")]
        public static partial void Failing(ILogger log, string? host, int port);

        [LoggerMessage(2, LogLevel.Information, "The collector {Host}:{Port} takes spans again", EventName = "SpansSent")]
        public static partial void Recovered(ILogger log, string? host, int port);
    }
}
