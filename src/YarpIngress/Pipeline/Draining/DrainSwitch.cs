namespace YarpIngress.Pipeline.Draining;

/// <summary>
/// Turned on when the process is about to stop but still serves: each request then closes its connection gracefully
/// (<c>Connection: close</c> in HTTP/1.1, GOAWAY in HTTP/2), so that clients move before the listeners close.
/// </summary>
internal sealed class DrainSwitch
{
    private volatile bool _draining;

    /// <summary>Whether the process drains.</summary>
    public bool IsDraining => _draining;

    /// <summary>Begins to drain, for good.</summary>
    public void Begin() => _draining = true;
}
