using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using YarpIngress.Translation.Model;

namespace YarpIngress.Tests.ClientAddress;

/// <summary>Lists of networks, against one that compares bit by bit.</summary>
public sealed class AddressListTests
{
    // Few bits that differ, so that networks touch, nest and repeat; and the ends of the number range.
    private static readonly Gen<IPAddress> Addresses = Gen.OneOf(
        from a in Gen.Elements<byte>(0, 10, 127, 128, 255)
        from b in Gen.Elements<byte>(0, 1, 255)
        from c in Gen.Elements<byte>(0, 128, 255)
        from d in Gen.Choose(0, 255)
        select new IPAddress([a, b, c, (byte)d]),
        from first in Gen.Elements<byte>(0, 0x20, 0xfd, 0xff)
        from last in Gen.Choose(0, 255)
        from middle in Gen.Elements<byte>(0, 0xff)
        select new IPAddress([first, middle, 0, 0, 0, 0, middle, 0, 0, 0, 0, 0, 0, 0, middle, (byte)last]));

    private static readonly Gen<string> Networks =
        from address in Addresses
        from shorter in Gen.Choose(0, address.AddressFamily is AddressFamily.InterNetwork ? 32 : 128)
        from bare in Gen.Elements(false, false, true)
        select bare ? $"{address}" : $"{address}/{shorter}";

    [Fact]
    public void AListHasWhatItsNetworksHave() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(2000),
        Prop.ForAll(
            Gen.Zip(Gen.NonEmptyListOf(Networks), Gen.ListOf(Addresses, 50)).ToArbitrary(),
            sample =>
            {
                var list = AddressList.Parse(string.Join(", ", sample.Item1));
                foreach (var address in sample.Item2.Concat(sample.Item1.SelectMany(Edges)))
                {
                    var expected = sample.Item1.Any(network => IsIn(address, network));
                    Assert.True(expected == list.Contains(address), $"{address} in {list}: {!expected}");
                    if (address.AddressFamily is AddressFamily.InterNetwork)
                        Assert.Equal(expected, list.Contains(address.MapToIPv6()));
                }
            }));

    [Fact]
    public void TenThousandNetworksAreLookedUpAsOne()
    {
        var random = new Random(1);
        var networks = Enumerable.Range(0, 10_000).Select(i => i % 2 == 0
            ? $"{random.Next(1, 224)}.{random.Next(256)}.{random.Next(256)}.{random.Next(256)}/{random.Next(16, 33)}"
            : $"2001:db8:{random.Next(65536):x}:{random.Next(65536):x}::/{random.Next(48, 129)}").ToList();
        var list = AddressList.Of(networks);
        foreach (var network in networks.Take(500))
            foreach (var address in Edges(network))
                Assert.Equal(networks.Any(one => IsIn(address, one)), list.Contains(address));
    }

    [Theory]
    [InlineData("10.0.0.1", "10.0.0.1", "10.0.0.2")]
    [InlineData("10.1.2.3/8", "10.255.255.255", "11.0.0.0")]
    [InlineData("::ffff:10.0.0.0/104", "10.255.255.255", "11.0.0.0")]
    [InlineData("::ffff:10.0.0.1", "10.0.0.1", "10.0.0.2")]
    [InlineData("0.0.0.0/0", "255.255.255.255", "::1")]
    [InlineData("::/0", "2001:db8::1", "10.0.0.1")]
    [InlineData("2001:DB8::/32", "2001:db8:ffff::1", "2001:db9::1")]
    [InlineData(" 10.0.0.0/8 ,, 192.0.2.1, ", "192.0.2.1", "192.0.2.2")]
    public void NetworksAreRead(string text, string member, string stranger)
    {
        var list = AddressList.Parse(text);
        Assert.True(list.Contains(IPAddress.Parse(member)));
        Assert.False(list.Contains(IPAddress.Parse(stranger)));
        Assert.Equal(list, AddressList.Parse(list.ToString()));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" , ")]
    [InlineData("10.0.0.0/33")]
    [InlineData("10.0.0.0/-1")]
    [InlineData("10.0.0.0/")]
    [InlineData("10.0.0.0/08")]
    [InlineData("10.0.0.0/8/8")]
    [InlineData("10.0.0.0/ 8")]
    [InlineData("10.0.0/8")]
    [InlineData("10")]
    [InlineData("010.0.0.1")]
    [InlineData("0x0a.0.0.1")]
    [InlineData("10.0.0.0/255.0.0.0")]
    [InlineData("10.0.0.1-10.0.0.9")]
    [InlineData("2001:db8::/129")]
    [InlineData("::ffff:10.0.0.0/95")]
    [InlineData("fe80::1%eth0")]
    [InlineData("[::1]")]
    [InlineData("::1]:80")]
    [InlineData("example.com")]
    [InlineData("all")]
    [InlineData("10.0.0.0/8; 192.0.2.1")]
    [InlineData("10.0.0.0/8, nonsense")]
    public void WhatIsNoNetworkIsRefused(string text) => Assert.Throws<FormatException>(() => AddressList.Parse(text));

    [Fact]
    public void AllIsEverybodyAndNoneIsNobody()
    {
        foreach (var address in (IPAddress[])[IPAddress.Loopback, IPAddress.IPv6Loopback, IPAddress.Broadcast, IPAddress.Parse("::ffff:1.2.3.4")])
        {
            Assert.True(AddressList.All.Contains(address));
            Assert.False(AddressList.None.Contains(address));
        }
    }

    /// <summary>First and last address of a network, and their neighbours.</summary>
    private static IEnumerable<IPAddress> Edges(string network)
    {
        var (address, bits) = Parse(network);
        var length = address.GetAddressBytes().Length * 8;
        var size = BigInteger.One << (length - bits);
        var first = Number(address) / size * size;
        foreach (var number in (BigInteger[])[first - 1, first, first + size - 1, first + size])
        {
            if (number.Sign < 0 || number >= BigInteger.One << length)
                continue;
            var bytes = new byte[length / 8];
            var digits = number.ToByteArray(isUnsigned: true, isBigEndian: true);
            digits.CopyTo(bytes, bytes.Length - digits.Length);
            yield return new IPAddress(bytes);
        }
    }

    private static bool IsIn(IPAddress address, string network)
    {
        var (first, bits) = Parse(network);
        address = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        var length = address.GetAddressBytes().Length * 8;
        return first.AddressFamily == address.AddressFamily && Number(first) >> (length - bits) == Number(address) >> (length - bits);
    }

    private static (IPAddress Address, int Bits) Parse(string network)
    {
        var parts = network.Split('/');
        var address = IPAddress.Parse(parts[0]);
        return (address, parts.Length == 2 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : address.GetAddressBytes().Length * 8);
    }

    private static BigInteger Number(IPAddress address) => new(address.GetAddressBytes(), isUnsigned: true, isBigEndian: true);
}
