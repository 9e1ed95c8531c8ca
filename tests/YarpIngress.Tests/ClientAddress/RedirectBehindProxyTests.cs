using System.Text;
using YarpIngress.Tests.Proxy;
using YarpIngress.Translation.Model;
using YarpIngress.Translation.Settings;

namespace YarpIngress.Tests.ClientAddress;

/// <summary>
/// <c>force-ssl-redirect</c> and <c>ssl-redirect</c> go by what the client spoke to the proxy that it asked, where that is
/// trusted.
/// </summary>
public sealed class RedirectBehindProxyTests
{
    [Fact]
    public async Task Only_what_a_trusted_proxy_says_makes_a_request_https()
    {
        await using var pod = RawOrigin.EchoingHeads();
        await using var gateway = await TrustingGateway.StartAsync(new ClientSettings());
        var key = new BackendKey("default", "r.io", "80");
        gateway.Gateway.SetBackend(key, [pod.EndPoint]);
        Assert.Empty(gateway.Gateway.DataPlane.SetHost(new HostTranslation
        {
            Host = "r.io",
            VirtualHost = new VirtualHost
            {
                Host = "r.io",
                Routes = [Gateway.Route(PathMatch.Prefix, "/", key) with { RedirectsToHttps = true }],
            },
        }));
        async Task<string> StatusAsync(string headers, string? before = null) =>
            (await gateway.HeadAsync(headers, before is null ? null : Encoding.ASCII.GetBytes(before), "r.io")).Answer.Split(' ')[1];
        async Task<string> SecureStatusAsync(string headers) => (await gateway.SecureHeadAsync(headers, host: "r.io")).Answer.Split(' ')[1];

        Assert.Equal("308", await StatusAsync(""));
        Assert.Equal("308", await StatusAsync("X-Forwarded-Proto: https\r\n"));
        Assert.Equal("200", await SecureStatusAsync("X-Forwarded-Proto: http\r\n"));

        gateway.Set(new ClientSettings { ForwardedHeaders = true });
        Assert.Equal("200", await StatusAsync("X-Forwarded-Proto: https\r\n"));
        Assert.Equal("308", await StatusAsync("X-Forwarded-Proto: http\r\n"));
        Assert.Equal("308", await SecureStatusAsync("X-Forwarded-Proto: http\r\n"));
        Assert.Equal("200", await SecureStatusAsync(""));

        gateway.Set(new ClientSettings { ProxyProtocol = true });
        Assert.Equal("200", await StatusAsync("", "PROXY TCP4 203.0.113.7 198.51.100.1 56324 443\r\n"));
        Assert.Equal("308", await StatusAsync("", "PROXY TCP4 203.0.113.7 198.51.100.1 56324 80\r\n"));
    }
}
