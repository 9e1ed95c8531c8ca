using System.Net;
using Microsoft.Extensions.Primitives;
using YarpIngress.Pipeline.ClientAddress;
using YarpIngress.Translation.Model;
using YarpIngress.Translation.Settings;

namespace YarpIngress.Tests.ClientAddress;

/// <summary>Whom a header with addresses makes the client.</summary>
public sealed class ForwardedAddressTests
{
    [Theory]
    // The last that is no proxy, whatever a client wrote before it.
    [InlineData("10.0.0.1", "203.0.113.7", "203.0.113.7")]
    [InlineData("10.0.0.1", "1.1.1.1, 203.0.113.7", "203.0.113.7")]
    [InlineData("10.0.0.1", "1.1.1.1, 203.0.113.7, 10.0.0.2", "203.0.113.7")]
    [InlineData("10.0.0.1", "1.1.1.1,203.0.113.7,10.0.0.2,10.0.0.3", "203.0.113.7")]
    // All proxies: the first.
    [InlineData("10.0.0.1", "10.0.0.9, 10.0.0.2", "10.0.0.9")]
    // Nobody who is no proxy is believed.
    [InlineData("203.0.113.9", "10.0.0.2", "203.0.113.9")]
    [InlineData("203.0.113.9", "192.0.2.1", "203.0.113.9")]
    // What is no address ends the way.
    [InlineData("10.0.0.1", "", "10.0.0.1")]
    [InlineData("10.0.0.1", "unknown", "10.0.0.1")]
    [InlineData("10.0.0.1", "203.0.113.7, unknown", "10.0.0.1")]
    [InlineData("10.0.0.1", "203.0.113.7, unknown, 10.0.0.2", "10.0.0.2")]
    [InlineData("10.0.0.1", "203.0.113.7,", "10.0.0.1")]
    [InlineData("10.0.0.1", "203.0.113.7 192.0.2.1", "10.0.0.1")]
    [InlineData("10.0.0.1", "203.0.113.07", "10.0.0.1")]
    [InlineData("10.0.0.1", "0x7f.1", "10.0.0.1")]
    [InlineData("10.0.0.1", "3405803783", "10.0.0.1")]
    // Ports and brackets, as some load balancers write them.
    [InlineData("10.0.0.1", "203.0.113.7:4711", "203.0.113.7")]
    [InlineData("10.0.0.1", "[2001:db8::7]:4711", "2001:db8::7")]
    [InlineData("10.0.0.1", "[2001:db8::7]", "2001:db8::7")]
    [InlineData("10.0.0.1", "2001:db8::7", "2001:db8::7")]
    [InlineData("10.0.0.1", "203.0.113.7:", "10.0.0.1")]
    [InlineData("10.0.0.1", "203.0.113.7:99999", "10.0.0.1")]
    [InlineData("10.0.0.1", "[203.0.113.7]", "10.0.0.1")]
    [InlineData("10.0.0.1", "[2001:db8::7", "10.0.0.1")]
    [InlineData("10.0.0.1", "fe80::1%eth0", "10.0.0.1")]
    // IPv4 in IPv6's clothes is the same client, and the same proxy.
    [InlineData("10.0.0.1", "::ffff:203.0.113.7", "203.0.113.7")]
    [InlineData("10.0.0.1", "203.0.113.7, ::ffff:10.0.0.2", "203.0.113.7")]
    [InlineData("fd00::1", "203.0.113.7, fd00::2", "203.0.113.7")]
    public void TheClientIsTheLastThatIsNoProxy(string peer, string header, string client) =>
        Assert.Equal(IPAddress.Parse(client), ForwardedAddress.Of(IPAddress.Parse(peer), header, Trusting(ClientSettings.PrivateNetworks)));

    [Fact]
    public void LinesOfTheHeaderAreOneList() => Assert.Equal(
        IPAddress.Parse("203.0.113.7"),
        ForwardedAddress.Of(
            IPAddress.Parse("10.0.0.1"), new StringValues(["1.1.1.1", "192.0.2.1, 203.0.113.7", "10.0.0.2, 10.0.0.3"]),
            Trusting(ClientSettings.PrivateNetworks)));

    [Fact]
    public void WhoTrustsEverybodyGetsTheFirst() => Assert.Equal(
        IPAddress.Parse("1.1.1.1"),
        ForwardedAddress.Of(IPAddress.Parse("203.0.113.9"), "1.1.1.1, 203.0.113.7", Trusting(AddressList.Parse("0.0.0.0/0"))));

    [Fact]
    public void ALongHeaderIsReadToItsEndInNoTime()
    {
        var proxies = string.Join(',', Enumerable.Repeat("10.0.0.2", 8000));
        Assert.Equal(
            IPAddress.Parse("203.0.113.7"),
            ForwardedAddress.Of(IPAddress.Parse("10.0.0.1"), "203.0.113.7," + proxies, Trusting(ClientSettings.PrivateNetworks)));
    }

    private static ClientTrust Trusting(AddressList proxies) =>
        new(new ClientSettings { ForwardedHeaders = true, TrustedProxies = proxies });
}
