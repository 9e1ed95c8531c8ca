using Microsoft.Extensions.Logging;

namespace YarpIngress.Kubernetes;

/// <summary>
/// How an informer does, as it goes on: connected, or not since when and why. An outage is logged as it begins and as it ends.
/// Changed by one task only, read by any.
/// </summary>
internal sealed class InformerState(string kind, ILogger log, TimeProvider time)
{
    private volatile InformerHealth _health = new() { Kind = kind, Since = time.GetUtcNow() };
    private volatile int _items;
    private volatile int _malformed;

    /// <summary>Now.</summary>
    public InformerHealth Health => _health with { Items = _items, Malformed = _malformed };

    /// <summary>So many objects are known.</summary>
    public void Count(int items, int malformed) => (_items, _malformed) = (items, malformed);

    public void BeginList() => _health = _health with { Lists = _health.Lists + 1 };

    public void BeginWatch() => _health = _health with { Watches = _health.Watches + 1 };

    /// <summary>A list is complete. Whether it was the first.</summary>
    public bool Sync()
    {
        if (_health.HasSynced)
            return false;
        _health = _health with { HasSynced = true };
        InformerLog.Synced(log, kind, _items, _malformed);
        return true;
    }

    /// <summary>A list or watch failed, which need not be an outage.</summary>
    public void Fail(string error) => _health = _health with { Failures = _health.Failures + 1, LastError = error };

    /// <summary>The server answers.</summary>
    public void Connect()
    {
        if (_health.IsConnected)
            return;
        var now = time.GetUtcNow();
        if (_health.Error is not null)
            InformerLog.Recovered(log, kind, now - _health.Since);
        _health = _health with { IsConnected = true, Since = now, Error = null };
    }

    /// <summary>The server does not answer.</summary>
    /// <param name="error">Why not.</param>
    /// <param name="pause">Until the next try.</param>
    public void Disconnect(string error, TimeSpan pause)
    {
        if (_health is { IsConnected: false, Error: not null })
        {
            _health = _health with { Error = error };
            InformerLog.StillBroken(log, kind, pause, error);
            return;
        }
        _health = _health with { IsConnected = false, Since = time.GetUtcNow(), Error = error };
        InformerLog.Broke(log, kind, error);
    }
}
