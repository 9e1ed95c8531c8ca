using System.Buffers.Binary;
using System.Net;

namespace YarpIngress.LocalCluster;

/// <summary>Gives out the addresses of a network, each to one owner at a time. Safe for use by several threads.</summary>
/// <remarks>Addresses are given out in turn, so that one that was freed is not at once another pod's.</remarks>
internal sealed class AddressPool
{
    private readonly Lock _lock = new();
    private readonly HashSet<uint> _taken = [];
    private readonly uint _first;
    private readonly uint _last;
    private uint _next;

    /// <param name="network">An IPv4 network; its first and last addresses are never given out.</param>
    /// <param name="reserved">Addresses of it that belong to something else.</param>
    public AddressPool(IPNetwork network, params IEnumerable<IPAddress> reserved)
    {
        Network = network;
        _first = Number(network.BaseAddress) + 1;
        _last = Number(network.BaseAddress) + (1u << (32 - network.PrefixLength)) - 2;
        _next = _first;
        foreach (var address in reserved)
            _taken.Add(Number(address));
    }

    public IPNetwork Network { get; }

    /// <summary>The next free address, or null when all are taken.</summary>
    public IPAddress? Take()
    {
        lock (_lock)
        {
            for (var tries = _last - _first + 1; tries > 0; tries--)
            {
                var candidate = _next;
                _next = candidate == _last ? _first : candidate + 1;
                if (_taken.Add(candidate))
                    return Address(candidate);
            }

            return null;
        }
    }

    /// <summary>Takes one address; false when it is outside the network or taken.</summary>
    public bool Take(IPAddress address)
    {
        var number = Number(address);
        if (number < _first || number > _last)
            return false;
        lock (_lock)
            return _taken.Add(number);
    }

    public void Free(IPAddress address)
    {
        lock (_lock)
            _taken.Remove(Number(address));
    }

    private static uint Number(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[4];
        return address.TryWriteBytes(bytes, out var written) && written == 4 ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : 0;
    }

    private static IPAddress Address(uint number)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, number);
        return new IPAddress(bytes);
    }
}
