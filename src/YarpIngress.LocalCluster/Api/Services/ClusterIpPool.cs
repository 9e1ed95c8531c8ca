using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace YarpIngress.LocalCluster.Api.Services;

/// <summary>Which addresses of the Service range are taken. Used under the allocation's lock.</summary>
internal sealed class ClusterIpPool(IPNetwork range)
{
    private readonly Dictionary<uint, int> _taken = [];
    private readonly uint _base = BinaryPrimitives.ReadUInt32BigEndian(range.BaseAddress.GetAddressBytes());
    private readonly uint _size = (uint)Math.Min(1L << (32 - range.PrefixLength), 1 << 24);
    private uint _next = 10;

    public IPNetwork Range => range;

    /// <summary>The first usable address: the API server's own Service.</summary>
    public IPAddress First => Address(1);

    /// <summary>Whether a Service may ask for the address: one of the range or, unlike upstream, another one on loopback, since the
    /// range is another one with each run and whoever writes manifests cannot know it.</summary>
    public bool Accepts(IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetwork
            && (range.Contains(address) ? Offset(address) is > 0 and var offset && offset < _size - 1 : IPAddress.IsLoopback(address));

    public bool IsTaken(IPAddress address) => _taken.ContainsKey(Offset(address));

    /// <summary>Counts one more holder of the address.</summary>
    public void Take(IPAddress address) => _taken[Offset(address)] = _taken.GetValueOrDefault(Offset(address)) + 1;

    public void Release(IPAddress address)
    {
        var offset = Offset(address);
        if (!_taken.TryGetValue(offset, out var holders))
            return;
        if (holders == 1)
            _taken.Remove(offset);
        else
            _taken[offset] = holders - 1;
    }

    /// <summary>A free address, not used again for as long as possible; null when the range is full.</summary>
    public IPAddress? FindFree()
    {
        for (uint tried = 0; tried < _size; tried++)
        {
            _next = _next >= _size - 2 ? 1 : _next + 1;
            if (!_taken.ContainsKey(_next))
                return Address(_next);
        }
        return null;
    }

    private uint Offset(IPAddress address) => BinaryPrimitives.ReadUInt32BigEndian(address.GetAddressBytes()) - _base;

    private IPAddress Address(uint offset)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, _base + offset);
        return new IPAddress(bytes);
    }
}
