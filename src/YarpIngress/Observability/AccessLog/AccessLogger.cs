using YarpIngress.Observability.Traffic;
using YarpIngress.Pipeline;
using YarpIngress.Proxy;
using YarpIngress.Translation.Settings;

namespace YarpIngress.Observability.AccessLog;

/// <summary>The access log of one gateway: what is logged, how, and where to, all of which may change while it runs.</summary>
internal sealed class AccessLogger : IDisposable
{
    private readonly Stream? _standardOutput;
    private readonly ILoggerFactory _loggers;
    private readonly LogCounts _counts = new();
    private readonly Lock _lock = new();
    private volatile Active? _active;
    private bool _disposed;

    public AccessLogger(DataPlaneOptions options, ILoggerFactory loggers)
    {
        (_standardOutput, _loggers) = (options.StandardOutput, loggers);
        Configure(new AccessLogSettings());
    }

    /// <summary>What became of the lines.</summary>
    public LogCounts Counts => _counts;

    /// <summary>Applies settings: requests that end from now on are logged by them.</summary>
    public void Configure(AccessLogSettings settings)
    {
        lock (_lock)
        {
            var before = _active;
            if (_disposed || before?.Settings == settings)
                return;
            if (!settings.Enabled || (settings.Path is null && _standardOutput is null))
            {
                _active = null;
                before?.Writer.Complete();
                return;
            }
            var writer = before is not null && before.Settings.Path == settings.Path ? before.Writer : MakeWriter(settings.Path);
            _active = new Active(
                settings, AccessLogFormat.Parse(settings.Format, settings.Escape), new SkippedUrls(settings.SkipUrls), writer);
            if (before is not null && !ReferenceEquals(before.Writer, writer))
                before.Writer.Complete();
        }
    }

    /// <summary>Opens the file anew, as after it was moved away.</summary>
    public void Reopen() => _active?.Writer.Reopen();

    /// <summary>Logs a request that is over, unless something says that it is not to be.</summary>
    /// <param name="request">The request.</param>
    /// <param name="sample">What it counts in the metrics.</param>
    /// <param name="bodyBytesSent">Bytes of body that went to the client.</param>
    /// <param name="endedAt">When it ended; a timestamp of <see cref="System.Diagnostics.Stopwatch"/>.</param>
    public void Write(GatewayRequest request, in RequestSample sample, long bodyBytesSent, long endedAt)
    {
        if (_active is not { } active || !active.Logs(request))
            return;
        active.Writer.Add(active.Format.Write(new LogEntry(request, sample, bodyBytesSent, LogClock.At(endedAt))));
    }

    /// <summary>Writes what there is, and ends.</summary>
    public void Dispose()
    {
        LogWriter? writer;
        lock (_lock)
        {
            _disposed = true;
            writer = _active?.Writer;
            _active = null;
        }
        writer?.Dispose();
    }

    private LogWriter MakeWriter(string? path) => new(
        path is null ? new PipeOutput(_standardOutput ?? Stream.Null) : new FileOutput(path), _counts, _loggers.CreateLogger<LogWriter>());

    private sealed record Active(AccessLogSettings Settings, AccessLogFormat Format, SkippedUrls Skipped, LogWriter Writer)
    {
        private readonly bool _skips = !Skipped.IsEmpty;

        public bool Logs(GatewayRequest request)
        {
            if (request.Chosen is { } route && (route.Route is null ? !Settings.ForDefaultBackend : !route.Route.Policies.AccessLog))
                return false;
            return !_skips || !Skipped.Contains(request.RawTarget);
        }
    }
}
