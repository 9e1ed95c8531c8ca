namespace YarpIngress.LocalCluster.Api.Services;

/// <summary>Which node ports are taken. Used under the allocation's lock.</summary>
internal sealed class NodePortPool(int first, int last)
{
    private readonly Dictionary<int, int> _taken = [];
    private int _next = first + Random.Shared.Next(last - first + 1);

    public string Range => $"{first}-{last}";

    public bool Contains(int port) => port >= first && port <= last;

    public bool IsTaken(int port) => _taken.ContainsKey(port);

    /// <summary>Counts one more holder of the port.</summary>
    public void Take(int port) => _taken[port] = _taken.GetValueOrDefault(port) + 1;

    public void Release(int port)
    {
        if (!_taken.TryGetValue(port, out var holders))
            return;
        if (holders == 1)
            _taken.Remove(port);
        else
            _taken[port] = holders - 1;
    }

    /// <summary>A free port; null when the range is full.</summary>
    public int? FindFree()
    {
        for (var tried = first; tried <= last; tried++)
        {
            _next = _next >= last ? first : _next + 1;
            if (!_taken.ContainsKey(_next))
                return _next;
        }
        return null;
    }
}
