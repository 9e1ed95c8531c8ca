namespace YarpIngress.Observability.AccessLog;

/// <summary>
/// The one thread that writes lines to their output: it sleeps until the first one, waits a moment for more, and writes
/// them together.
/// </summary>
internal sealed partial class LogWriter : IDisposable
{
    // 16 MB: more than a second of lines at 50,000 a second.
    private const int Limit = 16 * 1024 * 1024;
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(2);

    private readonly LogQueue _queue = new(Limit);
    private readonly ManualResetEvent _stop = new(false);
    private readonly LogOutput _output;
    private readonly ILogger<LogWriter> _log;
    private readonly Thread _thread;
    private volatile bool _reopen;
    private long _written;
    private long _failed;
    private bool _isFailing;

    public LogWriter(LogOutput output, ILogger<LogWriter> log)
    {
        (_output, _log) = (output, log);
        _thread = new Thread(Run) { IsBackground = true, Name = "access log" };
        _thread.Start();
    }

    /// <summary>Lines that were written.</summary>
    public long Written => Interlocked.Read(ref _written);

    /// <summary>Lines that there was no room for.</summary>
    public long Dropped => _queue.Dropped;

    /// <summary>Lines that the output did not take.</summary>
    public long Failed => Interlocked.Read(ref _failed);

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
        _thread.Join(Farewell);
    }

    private void Run()
    {
        WaitHandle[] either = [_stop, _queue.Filled];
        var stopping = false;
        while (!stopping)
        {
            WaitHandle.WaitAny(either);
            stopping = _stop.WaitOne(Gathering);
            WriteAll();
        }
        _output.Dispose();
    }

    private void WriteAll()
    {
        if (_reopen)
        {
            _reopen = false;
            _output.Reopen();
        }
        foreach (var chunk in _queue.Take())
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
            Interlocked.Add(ref _written, chunk.Lines);
            if (_isFailing)
                Log.Recovered(_log, Failed);
            _isFailing = false;
        }
        catch (Exception error)
        {
            // Whatever it is: on a thread of our own it would end the process, and this is but a log.
            Interlocked.Add(ref _failed, chunk.Lines);
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
    }
}
