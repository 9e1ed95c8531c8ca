using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace YarpIngress.Translation.Model;

/// <summary>
/// A set of networks of IPv4 and IPv6. An IPv4 address is of IPv4 networks only, and counts as itself when it comes as
/// <c>::ffff:a.b.c.d</c>.
/// </summary>
/// <remarks>
/// Kept as ranges that neither overlap nor touch, in order. Networks of at most p bits make at most 2^p of them, so that a
/// look-up, which halves what is left, takes at most p steps, however many networks there are; and it takes no memory per bit.
/// </remarks>
public sealed class AddressList : IEquatable<AddressList>
{
    private const int MappedBits = 96;

    private readonly Ranges<uint> _version4;
    private readonly Ranges<UInt128> _version6;

    private AddressList(EquatableArray<string> networks, Ranges<uint> version4, Ranges<UInt128> version6) =>
        (Networks, _version4, _version6) = (networks, version4, version6);

    /// <summary>Nobody.</summary>
    public static AddressList None { get; } = Of([]);

    /// <summary>Everybody.</summary>
    public static AddressList All { get; } = Of(["0.0.0.0/0", "::/0"]);

    /// <summary>The networks as they were written, in order.</summary>
    public EquatableArray<string> Networks { get; }

    /// <summary>Reads networks with commas between: <c>10.0.0.0/8, 192.0.2.1, 2001:db8::/32</c>.</summary>
    /// <exception cref="FormatException">One is none, or there is none.</exception>
    public static AddressList Parse(string text)
    {
        var networks = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return networks.Length > 0
            ? Of(networks)
            : throw new FormatException("must name at least one network, such as 10.0.0.0/8, with commas between");
    }

    /// <summary>A list of <paramref name="networks"/>.</summary>
    /// <exception cref="FormatException">One is none.</exception>
    public static AddressList Of(IReadOnlyList<string> networks)
    {
        var version4 = new List<(uint, uint)>();
        var version6 = new List<(UInt128, UInt128)>();
        Span<byte> bytes = stackalloc byte[16];
        foreach (var network in networks)
        {
            var (address, bits) = Read(network);
            address.TryWriteBytes(bytes, out _);
            if (address.AddressFamily is AddressFamily.InterNetwork)
            {
                var mask = bits == 0 ? 0 : uint.MaxValue << (32 - bits);
                var first = BinaryPrimitives.ReadUInt32BigEndian(bytes) & mask;
                version4.Add((first, first | ~mask));
            }
            else
            {
                var mask = bits == 0 ? 0 : UInt128.MaxValue << (128 - bits);
                var first = BinaryPrimitives.ReadUInt128BigEndian(bytes) & mask;
                version6.Add((first, first | ~mask));
            }
        }
        return new AddressList(networks.ToEquatableArray(), Ranges<uint>.Of(version4), Ranges<UInt128>.Of(version6));
    }

    /// <summary>Whether <paramref name="address"/> is in one of the networks.</summary>
    public bool Contains(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        if (!address.TryWriteBytes(bytes, out var length))
            return false;
        if (length == 4)
            return _version4.Contains(BinaryPrimitives.ReadUInt32BigEndian(bytes));
        return address.IsIPv4MappedToIPv6
            ? _version4.Contains(BinaryPrimitives.ReadUInt32BigEndian(bytes[12..]))
            : _version6.Contains(BinaryPrimitives.ReadUInt128BigEndian(bytes));
    }

    /// <inheritdoc/>
    public bool Equals(AddressList? other) => other is not null && (ReferenceEquals(this, other) || Networks == other.Networks);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as AddressList);

    /// <inheritdoc/>
    public override int GetHashCode() => Networks.GetHashCode();

    /// <inheritdoc/>
    public override string ToString() => string.Join(", ", Networks);

    private static (IPAddress Address, int Bits) Read(string network)
    {
        var slash = network.IndexOf('/');
        if (!AddressText.TryParse(slash < 0 ? network : network.AsSpan(0, slash), out var address))
            throw Invalid(network);
        var isVersion4 = address.AddressFamily is AddressFamily.InterNetwork;
        var most = isVersion4 ? 32 : 128;
        if (slash < 0)
            return (address, most);
        // ::ffff:10.0.0.0/104 is 10.0.0.0/8, and ::ffff:0.0.0.0/80 is more than IPv4.
        var offset = isVersion4 && network.AsSpan(0, slash).Contains(':') ? MappedBits : 0;
        var digits = network.AsSpan(slash + 1);
        return digits.Length <= 3 && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var bits)
            && bits >= offset && bits <= most + offset && (digits.Length == 1 || digits[0] != '0')
            ? (address, bits - offset)
            : throw Invalid(network);
    }

    private static FormatException Invalid(string network) => new(
        $"has {Quoted.Value(network)}, which is no network; a network is an address, or one with a slash and the length of its "
        + "prefix, such as 10.0.0.0/8");
}
