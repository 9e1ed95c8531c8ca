namespace YarpIngress.Observability.AccessLog.Output;

/// <summary>
/// The one thread that writes lines to their output: it sleeps until the first one, waits a moment for more, and writes
/// them together.
/// </summary>
internal sealed partial class LogWriter : IDisposable
{
    // 16 MB: more than a second of lines at 50,000 a second.
    private const int Limit = 16 * 1024 * 1024;
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(2);

    private readonly LogQueue _queue;
    private readonly ManualResetEvent _stop = new(false);
    private readonly LogOutput _output;
    private readonly LogCounts _counts;
    private readonly ILogger<LogWriter> _log;
    private readonly Thread _thread;
    private volatile bool _reopen;
    private bool _isFailing;

    public LogWriter(LogOutput output, LogCounts counts, ILogger<LogWriter> log)
    {
        (_output, _counts, _log) = (output, counts, log);
        _queue = new LogQueue(Limit, counts);
        _thread = new Thread(Run) { IsBackground = true, Name = "access log" };
        _thread.Start();
    }

    /// <summary>Takes a line; never waits.</summary>
    public void Add(ReadOnlySpan<byte> line) => _queue.Add(line);

    /// <summary>Opens the output anew before the next line.</summary>
    public void Reopen()
    {
        _reopen = true;
        _queue.Wake();
    }

    /// <summary>No line comes any more: writes what there is, without anybody waiting for it.</summary>
    public void Complete() => _stop.Set();

    /// <summary>Writes what there is, and ends; gives up on an output that takes nothing.</summary>
    public void Dispose()
    {
        Complete();
        if (_thread.Join(Farewell))
            return;
        var lost = _queue.Lines;
        _counts.Drop(lost);
        Log.Lost(_log, lost);
    }

    private void Run()
    {
        WaitHandle[] either = [_stop, _queue.Filled];
        var stopping = false;
        while (!stopping)
        {
            WaitHandle.WaitAny(either);
            stopping = _stop.WaitOne(Gathering);
            WriteAll(stopping);
        }
        _output.Dispose();
    }

    private void WriteAll(bool last)
    {
        if (_reopen)
        {
            _reopen = false;
            _output.Reopen();
        }
        foreach (var chunk in _queue.Take(close: last))
        {
            Write(chunk);
            _queue.Return(chunk);
        }
    }

    private void Write(LogChunk chunk)
    {
        try
        {
            _output.Write(chunk.Bytes.Span);
            _counts.Write(chunk.Lines);
            if (_isFailing)
                Log.Recovered(_log, _counts.Failed);
            _isFailing = false;
        }
        catch (Exception error)
        {
            // Whatever it is: on a thread of our own it would end the process, and this is but a log.
            _counts.Fail(chunk.Lines);
            if (!_isFailing)
                Log.Failing(_log, error.Message);
            _isFailing = true;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error,
            "The access log can't be written; its lines are lost and counted until it can: {Error}", EventName = "AccessLogFailing")]
        public static partial void Failing(ILogger log, string error);

        [LoggerMessage(2, LogLevel.Warning,
            "The access log is written again; {Lines} lines were lost since the start", EventName = "AccessLogRecovered")]
        public static partial void Recovered(ILogger log, long lines);

        [LoggerMessage(3, LogLevel.Warning,
            "The output of the access log took nothing while the process stopped; {Lines} lines are lost", EventName = "AccessLogLost")]
        public static partial void Lost(ILogger log, long lines);
    }
}
