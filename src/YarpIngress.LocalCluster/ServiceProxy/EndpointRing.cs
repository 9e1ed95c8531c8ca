using System.Net;

namespace YarpIngress.LocalCluster.ServiceProxy;

/// <summary>Chooses endpoints in turn, or the one that a client address had before.</summary>
internal sealed class EndpointRing(TimeProvider time)
{
    private const int MaxClients = 10_000;
    private readonly Lock _lock = new();
    private readonly Dictionary<IPAddress, (IPEndPoint Endpoint, long LastSeen)> _clients = [];
    private int _next = -1;

    /// <summary>The endpoints in the order in which to try them.</summary>
    public IReadOnlyList<IPEndPoint> Order(Front front, IPAddress client)
    {
        lock (_lock)
        {
            var endpoints = front.Endpoints;
            if (front.Affinity is { } affinity
                && _clients.TryGetValue(client, out var known)
                && time.GetElapsedTime(known.LastSeen) < affinity
                && endpoints.Contains(known.Endpoint))
                return [known.Endpoint, .. endpoints.Where(endpoint => !endpoint.Equals(known.Endpoint))];
            _next = (_next + 1) % endpoints.Count;
            return [.. endpoints.Skip(_next), .. endpoints.Take(_next)];
        }
    }

    /// <summary>Remembers where a client was connected.</summary>
    public void Remember(Front front, IPAddress client, IPEndPoint endpoint)
    {
        if (front.Affinity is not { } affinity)
            return;
        lock (_lock)
        {
            if (_clients.Count >= MaxClients && !_clients.ContainsKey(client))
            {
                foreach (var (address, known) in _clients)
                {
                    if (time.GetElapsedTime(known.LastSeen) >= affinity)
                        _clients.Remove(address);
                }

                if (_clients.Count >= MaxClients)
                    _clients.Remove(_clients.MinBy(known => known.Value.LastSeen).Key);
            }

            _clients[client] = (endpoint, time.GetTimestamp());
        }
    }
}
