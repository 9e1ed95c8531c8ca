using System.Collections.Concurrent;

namespace YarpIngress.Proxy.Listeners;

/// <summary>The ports that traffic really comes in by, once the host has started.</summary>
internal sealed class TrafficPorts
{
    /// <summary>The port for HTTP in clear; 0 before it is bound, or when there is none.</summary>
    public int Http { get; set; }

    /// <summary>The port for HTTPS; 0 before it is bound, or when there is none.</summary>
    public int Https { get; set; }

    /// <summary>One for each socket that is listened on.</summary>
    public ConcurrentBag<AcceptLoop> Loops { get; } = [];
}
