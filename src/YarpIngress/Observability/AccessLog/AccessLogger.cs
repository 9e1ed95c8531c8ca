using YarpIngress.Observability.AccessLog.Output;
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
            var requests = settings.Enabled ? WriterOf(settings.Path, before) : null;
            // Both often go to the same place, and lines of two writers would mix there.
            var streams = !settings.StreamEnabled ? null
                : requests is not null && settings.StreamPath == settings.Path ? requests
                : WriterOf(settings.StreamPath, before);
            _active = requests is null && streams is null ? null : new Active(settings, requests, streams);
            foreach (var writer in before?.Writers ?? [])
            {
                if (!ReferenceEquals(writer, requests) && !ReferenceEquals(writer, streams))
                    writer.Complete();
            }
        }
    }

    /// <summary>Opens the file anew, as after it was moved away.</summary>
    public void Reopen()
    {
        foreach (var writer in _active?.Writers ?? [])
            writer.Reopen();
    }

    /// <summary>Logs a request that is over, unless something says that it is not to be.</summary>
    /// <param name="request">The request.</param>
    /// <param name="sample">What it counts in the metrics.</param>
    /// <param name="bodyBytesSent">Bytes of body that went to the client.</param>
    /// <param name="endedAt">When it ended; a timestamp of <see cref="System.Diagnostics.Stopwatch"/>.</param>
    public void Write(GatewayRequest request, in RequestSample sample, long bodyBytesSent, long endedAt)
    {
        if (_active is not { Requests: { } writer } active || !active.Logs(request))
            return;
        writer.Add(active.Format.Write(new LogEntry(request, sample, bodyBytesSent, LogClock.At(endedAt))));
    }

    /// <summary>Logs a connection or session that is over.</summary>
    public void Write(in StreamLogEntry entry)
    {
        if (_active is { Streams: { } writer } active)
            writer.Add(active.StreamFormat.Write(entry));
    }

    /// <summary>Writes what there is, and ends.</summary>
    public void Dispose()
    {
        IEnumerable<LogWriter> writers;
        lock (_lock)
        {
            _disposed = true;
            writers = _active?.Writers ?? [];
            _active = null;
        }
        foreach (var writer in writers)
            writer.Dispose();
    }

    private LogWriter? WriterOf(string? path, Active? before) =>
        path is null && _standardOutput is null ? null
        : before?.Requests is { } requests && before.Settings.Path == path ? requests
        : before?.Streams is { } streams && before.Settings.StreamPath == path ? streams
        : MakeWriter(path);

    private LogWriter MakeWriter(string? path) => new(
        path is null ? new PipeOutput(_standardOutput ?? Stream.Null) : new FileOutput(path), _counts, _loggers.CreateLogger<LogWriter>());

    private sealed class Active(AccessLogSettings settings, LogWriter? requests, LogWriter? streams)
    {
        private readonly SkippedUrls _skipped = new(settings.SkipUrls);
        private readonly bool _skips = settings.SkipUrls.Count > 0;

        public AccessLogSettings Settings => settings;

        /// <summary>Takes lines about requests; null when there are none.</summary>
        public LogWriter? Requests => requests;

        /// <summary>Takes lines about connections and sessions; null when there are none.</summary>
        public LogWriter? Streams => streams;

        /// <summary>Each once.</summary>
        public IEnumerable<LogWriter> Writers => new[] { requests, streams }.OfType<LogWriter>().Distinct();

        public AccessLogFormat Format { get; } = AccessLogFormat.Parse(settings.Format, settings.Escape);

        public StreamLogFormat StreamFormat { get; } = new(settings.StreamFormat);

        public bool Logs(GatewayRequest request)
        {
            var logs = request.Chosen?.Route is { } route
                ? route.Policies.AccessLog
                : settings.ForDefaultBackend || !request.IsForUnknownHost;
            return logs && (!_skips || !_skipped.Contains(request.RawTarget));
        }
    }
}
