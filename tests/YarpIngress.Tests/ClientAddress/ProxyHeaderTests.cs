using System.Net;
using System.Text;
using YarpIngress.Proxy.Listeners.ProxyProtocol;

namespace YarpIngress.Tests.ClientAddress;

/// <summary>The header of the PROXY protocol, byte for byte.</summary>
public sealed class ProxyHeaderTests
{
    [Theory]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.1 56324 443\r\n", "192.0.2.1:56324", 443)]
    [InlineData("PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\r\n", "255.255.255.255:65535", 65535)]
    [InlineData("PROXY TCP6 2001:db8::1 2001:db8::2 4124 80\r\n", "[2001:db8::1]:4124", 80)]
    [InlineData("PROXY TCP6 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535\r\n",
        "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535", 65535)]
    [InlineData("PROXY TCP6 ::ffff:192.0.2.1 ::ffff:198.51.100.1 1 2\r\n", "192.0.2.1:1", 2)]
    [InlineData("PROXY UNKNOWN\r\n", null, 0)]
    [InlineData("PROXY UNKNOWN ffff::1 whatever it is\r\n", null, 0)]
    public void Version1(string text, string? source, int port)
    {
        var bytes = Encoding.ASCII.GetBytes(text + "GET / HTTP/1.1\r\n");
        Assert.Equal(text.Length, ProxyHeader.Read(bytes, out var header));
        Assert.Equal(source is null ? null : IPEndPoint.Parse(source), header.Source);
        Assert.Equal(port, header.DestinationPort);
        for (var length = 0; length < text.Length; length++)
            Assert.Equal(0, ProxyHeader.Read(bytes.AsSpan(0, length), out _));
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n")]
    [InlineData("PRI * HTTP/2.0\r\n")]
    [InlineData("proxy TCP4 192.0.2.1 198.51.100.1 56324 443\r\n")]
    [InlineData("PROXY  TCP4 192.0.2.1 198.51.100.1 56324 443\r\n")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.1 56324\r\n")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.1 56324 443 \r\n")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.1 56324 443 1\r\n")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.1 56324 65536\r\n")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.1 -1 443\r\n")]
    [InlineData("PROXY TCP4 192.0.2 198.51.100.1 56324 443\r\n")]
    [InlineData("PROXY TCP4 192.0.2.01 198.51.100.1 56324 443\r\n")]
    [InlineData("PROXY TCP4 2001:db8::1 2001:db8::2 56324 443\r\n")]
    [InlineData("PROXY TCP6 192.0.2.1 198.51.100.1 56324 443\r\n")]
    [InlineData("PROXY TCP6 fe80::1%eth0 fe80::2 56324 443\r\n")]
    [InlineData("PROXY UDP4 192.0.2.1 198.51.100.1 56324 443\r\n")]
    [InlineData("PROXY UNKNOWNS\r\n")]
    [InlineData("PROXY \r\n")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.1 56324 443\n")]
    public void WhatIsNotVersion1IsRefused(string text) => Assert.Equal(-1, ProxyHeader.Read(Padded(text), out _));

    [Fact]
    public void Version2()
    {
        var (version4, version6) = (Version2Of(0x21, 0x11, "192.0.2.1", "198.51.100.1"), Version2Of(0x21, 0x21, "2001:db8::1", "2001:db8::2"));
        foreach (var (bytes, source) in ((byte[], string)[])[
            (version4, "192.0.2.1"), (version6, "2001:db8::1"),
            (Version2Of(0x21, 0x21, "::ffff:192.0.2.1", "::ffff:198.51.100.1"), "192.0.2.1"),
            (Version2Of(0x21, 0x11, "192.0.2.1", "198.51.100.1", extra: 300), "192.0.2.1")])
        {
            Assert.Equal(bytes.Length, ProxyHeader.Read([.. bytes, .. "GET"u8], out var header));
            Assert.Equal(new IPEndPoint(IPAddress.Parse(source), 56324), header.Source);
            Assert.Equal(443, header.DestinationPort);
            for (var length = 0; length < bytes.Length; length++)
                Assert.Equal(0, ProxyHeader.Read(bytes.AsSpan(0, length), out _));
        }
    }

    [Theory]
    // LOCAL, a socket of the machine, and what is not told have no address.
    [InlineData(0x20, 0x11, 12, true)]
    [InlineData(0x20, 0x00, 0, true)]
    [InlineData(0x21, 0x00, 0, true)]
    [InlineData(0x21, 0x31, 216, true)]
    [InlineData(0x21, 0x12, 12, false)]
    [InlineData(0x21, 0x22, 36, false)]
    [InlineData(0x21, 0x41, 36, false)]
    [InlineData(0x21, 0x11, 11, false)]
    [InlineData(0x21, 0x21, 35, false)]
    [InlineData(0x22, 0x11, 12, false)]
    [InlineData(0x11, 0x11, 12, false)]
    [InlineData(0x21, 0x11, 4080, true)]
    [InlineData(0x21, 0x11, 4081, false)]
    [InlineData(0x20, 0x11, 65535, false)]
    public void Version2WithoutAnAddressOrNotAllowed(byte command, byte family, int length, bool allowed)
    {
        byte[] bytes = [.. ProxyHeaderV2.Signature, command, family, (byte)(length >> 8), (byte)length, .. new byte[length]];
        Assert.Equal(allowed ? bytes.Length : -1, ProxyHeader.Read(bytes, out var header));
        Assert.True(header.Source is null || family == 0x11);
    }

    [Fact]
    public void NoBytesMakeItThrowOrReadBeyond()
    {
        var random = new Random(4711);
        byte[][] seeds =
        [
            Encoding.ASCII.GetBytes("PROXY TCP4 192.0.2.1 198.51.100.1 56324 443\r\n"),
            Encoding.ASCII.GetBytes("PROXY TCP6 2001:db8::1 2001:db8::2 4124 80\r\n"),
            Version2Of(0x21, 0x11, "192.0.2.1", "198.51.100.1", extra: 20), Version2Of(0x21, 0x21, "2001:db8::1", "2001:db8::2"),
        ];
        for (var i = 0; i < 50_000; i++)
        {
            var bytes = (byte[])seeds[i % seeds.Length].Clone();
            for (var change = random.Next(1, 4); change > 0; change--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            var cut = bytes.AsSpan(0, random.Next(bytes.Length + 1));
            Assert.InRange(ProxyHeader.Read(cut, out _), -1, cut.Length);
        }
    }

    /// <summary>A header of version 2, as haproxy sends it.</summary>
    internal static byte[] Version2Of(byte command, byte family, string source, string destination, int extra = 0, int port = 443)
    {
        byte[] addresses = [.. IPAddress.Parse(source).GetAddressBytes(), .. IPAddress.Parse(destination).GetAddressBytes()];
        var length = addresses.Length + 4 + extra;
        return
        [
            .. ProxyHeaderV2.Signature, command, family, (byte)(length >> 8), (byte)length, .. addresses,
            56324 >> 8, 56324 & 255, (byte)(port >> 8), (byte)port, .. new byte[extra],
        ];
    }

    // As if the client went on.
    private static byte[] Padded(string text) => [.. Encoding.ASCII.GetBytes(text), .. new byte[120]];
}
