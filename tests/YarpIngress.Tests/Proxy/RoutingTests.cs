using System.Net;

namespace YarpIngress.Tests.Proxy;

public sealed class RoutingTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ARequestReachesTheBackendOfItsHost()
    {
        await using var one = await Origin.StartAsync("one");
        await using var two = await Origin.StartAsync("two");
        await using var gateway = await Gateway.StartAsync();
        gateway.Serve("one.example.com", [one.EndPoint]);
        gateway.Serve("*.example.com", [two.EndPoint]);

        Assert.Equal("one", await GetAsync(gateway, "one.example.com"));
        Assert.Equal("one", await GetAsync(gateway, "ONE.example.com:1234"));
        Assert.Equal("two", await GetAsync(gateway, "two.example.com"));
    }

    private static async Task<string> GetAsync(Gateway gateway, string host, string path = "/")
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(gateway.Http, path));
        request.Headers.Host = host;
        using var response = await client.SendAsync(request, Ct);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadAsStringAsync(Ct);
    }
}
