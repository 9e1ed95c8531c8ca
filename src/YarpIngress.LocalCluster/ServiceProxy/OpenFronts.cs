using System.Net;
using System.Net.Sockets;
using YarpIngress.Kubernetes;

namespace YarpIngress.LocalCluster.ServiceProxy;

/// <summary>Serves the addresses of Services on loopback: kube-proxy's part, at layer 4.</summary>
/// <remarks>
/// An address is listened on only while its Service has endpoints: without, the kernel refuses clients at once, and thousands of idle
/// Services cost nothing. At most <paramref name="limit"/> addresses are open; further ones are logged and opened when others close.
/// </remarks>
internal sealed partial class OpenFronts(IPAddress node, int limit, ILogger<OpenFronts> log, TimeProvider time) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(IPEndPoint Address, bool Udp), IOpenFront> _open = [];
    private readonly Dictionary<(IPEndPoint Address, bool Udp), Front> _waiting = [];
    private readonly Dictionary<ObjectKey, IReadOnlyList<Front>> _wanted = [];
    private readonly CancellationTokenSource _stopped = new();
    private bool _full;
    private bool _lowPorts;

    /// <summary>How many addresses are open.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _open.Count;
        }
    }

    /// <summary>Brings one Service's fronts to what is wanted now; an empty list closes them.</summary>
    public void Set(ObjectKey service, IReadOnlyList<Front> fronts)
    {
        lock (_lock)
        {
            if (_stopped.IsCancellationRequested)
                return;
            var previous = _wanted.GetValueOrDefault(service, []);
            if (fronts.Count == 0)
                _wanted.Remove(service);
            else
                _wanted[service] = fronts;
            foreach (var front in previous)
            {
                if (!fronts.Any(wanted => KeyOf(wanted).Equals(KeyOf(front))))
                    Close(service, KeyOf(front));
            }

            foreach (var front in fronts)
                OpenOrUpdate(front);
        }
    }

    /// <summary>Tries again to open what could not be opened before.</summary>
    public void Retry()
    {
        lock (_lock)
        {
            foreach (var front in _waiting.Values.ToList())
                OpenOrUpdate(front);
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _stopped.Cancel();
            foreach (var front in _open.Values)
                front.Dispose();
            _open.Clear();
            _waiting.Clear();
        }
    }

    private static (IPEndPoint Address, bool Udp) KeyOf(Front front) => (front.Address, front.IsUdp);

    private void Close(ObjectKey service, (IPEndPoint Address, bool Udp) key)
    {
        if (_waiting.TryGetValue(key, out var waiting) && waiting.Service == service)
            _waiting.Remove(key);
        if (!_open.TryGetValue(key, out var open) || open.Front.Service != service)
            return;
        open.Dispose();
        _open.Remove(key);
    }

    private void OpenOrUpdate(Front front)
    {
        var key = KeyOf(front);
        if (_open.TryGetValue(key, out var open))
        {
            // The first Service that has an address keeps it, as with external addresses in kube-proxy.
            if (open.Front.Service == front.Service)
                open.Front = front;
            else
                _waiting[key] = front;
            return;
        }

        var isNew = _waiting.TryAdd(key, front);
        _waiting[key] = front;
        if (_open.Count >= limit)
        {
            if (!_full)
                Log.Full(log, front.Service, front.Address, limit);
            _full = true;
            return;
        }

        try
        {
            _open[key] = front.IsUdp ? new UdpFront(front, node, time, _stopped.Token) : new TcpFront(front, node, time, _stopped.Token);
            _waiting.Remove(key);
            _full = false;
        }
        catch (SocketException e)
        {
            if (e.SocketErrorCode == SocketError.AccessDenied)
                WarnOfLowPorts();
            else if (isNew && !front.IsOptional)
                Log.CannotBind(log, front.Service, front.Address, e.Message);
        }
    }

    /// <summary>Once: most Services have port 80, and the reason is the same for all.</summary>
    private void WarnOfLowPorts()
    {
        if (!_lowPorts)
            Log.LowPorts(log);
        _lowPorts = true;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Service {Service} is not served on {Address}: {Reason}. It is tried again every second.")]
        public static partial void CannotBind(ILogger logger, ObjectKey service, IPEndPoint address, string reason);

        [LoggerMessage(3, LogLevel.Warning,
            "Service ports below 1024 are not served on their Services' own addresses: this process may not listen on them. " +
            "The gateway reaches the pods all the same; sysctl net.ipv4.ip_unprivileged_port_start=0 lets it.")]
        public static partial void LowPorts(ILogger logger);

        [LoggerMessage(2, LogLevel.Warning,
            "Service {Service} is not served on {Address}: {Limit} Service addresses are open, which is the limit.")]
        public static partial void Full(ILogger logger, ObjectKey service, IPEndPoint address, int limit);
    }
}
