using System.Buffers.Binary;
using System.Net;
using BenchmarkDotNet.Attributes;
using YarpIngress.Translation.Model;

namespace YarpIngress.Benchmarks.Micro;

/// <summary>Whether a list of networks has an address: ordered ranges, as the gateway keeps them, and a tree with a step for each bit.</summary>
public class AddressLists
{
    private readonly IPAddress[] _addresses = new IPAddress[4096];
    private AddressList _list = AddressList.None;
    private BitTree _tree = new();
    private int _turn;

    [Params(10, 10_000)]
    public int Networks { get; set; }

    [Params(4, 6)]
    public int Version { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(1);
        var networks = new string[Networks];
        _tree = new BitTree();
        for (var i = 0; i < networks.Length; i++)
        {
            var (address, bits) = (Address(random), Version == 4 ? random.Next(16, 33) : random.Next(32, 129));
            networks[i] = $"{address}/{bits}";
            _tree.Add(address, bits);
        }
        _list = AddressList.Of(networks);
        // About half of them are in it when it is long.
        for (var i = 0; i < _addresses.Length; i++)
            _addresses[i] = i % 2 == 0 ? Address(random) : IPAddress.Parse(networks[random.Next(Networks)].Split('/')[0]);
        foreach (var address in _addresses)
        {
            if (_list.Contains(address) != _tree.Contains(address))
                throw new InvalidOperationException($"The two do not agree about {address}.");
        }
    }

    [Benchmark(Baseline = true)]
    public bool Ranges() => _list.Contains(_addresses[_turn++ & 4095]);

    [Benchmark]
    public bool Tree() => _tree.Contains(_addresses[_turn++ & 4095]);

    private IPAddress Address(Random random)
    {
        Span<byte> bytes = stackalloc byte[Version == 4 ? 4 : 16];
        random.NextBytes(bytes);
        if (Version == 6)
            BinaryPrimitives.WriteUInt16BigEndian(bytes, 0x2001);
        return new IPAddress(bytes);
    }

    /// <summary>Nodes in one array: where zero and one lead; -1 behind the last bit of a network, 0 where there is nothing.</summary>
    private sealed class BitTree
    {
        private readonly List<int> _nodes = [0, 0];

        public void Add(IPAddress address, int bits)
        {
            Span<byte> bytes = stackalloc byte[16];
            address.TryWriteBytes(bytes, out _);
            var node = 0;
            for (var bit = 0; bit < bits; bit++)
            {
                var at = node + Bit(bytes, bit);
                if (_nodes[at] < 0)
                    return;
                if (bit == bits - 1)
                    _nodes[at] = -1;
                else if (_nodes[at] == 0)
                {
                    _nodes[at] = _nodes.Count;
                    _nodes.AddRange([0, 0]);
                }
                node = _nodes[at];
            }
        }

        public bool Contains(IPAddress address)
        {
            Span<byte> bytes = stackalloc byte[16];
            address.TryWriteBytes(bytes, out var length);
            var node = 0;
            for (var bit = 0; bit < length * 8; bit++)
            {
                node = _nodes[node + Bit(bytes, bit)];
                if (node <= 0)
                    return node < 0;
            }
            return false;
        }

        private static int Bit(ReadOnlySpan<byte> bytes, int bit) => (bytes[bit >> 3] >> (7 - (bit & 7))) & 1;
    }
}
