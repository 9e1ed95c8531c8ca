using System.Net;
using YarpIngress.Tests.EndToEnd;
using YarpIngress.Tests.Proxy;

namespace YarpIngress.Tests.ClientCertificates;

/// <summary>
/// Connections of HTTP/2 that hosts share, as browsers do when one certificate names both: a host that asks for certificates is served
/// on a connection of its own only.
/// </summary>
public sealed class Http2HostTests(TestCluster cluster, Authorities authorities)
    : ClientCertificateTest(cluster, authorities), IClassFixture<Authorities>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_shared_connection_is_misdirected_for_the_host_that_asks_and_goes_on_for_others()
    {
        var mutual = await ServeAsync("mutual");
        var plain = Namespace.Host("plain");
        await ApplyAsync("plain", plain, "app", tls: true);
        await Gateway.UntilAsync(plain, "/", answer => answer.Code == 308);
        await UntilAsync(mutual, null, 400);

        using var shared = await RawHttp2.ConnectTlsAsync(Port, plain, Authorities.Client);
        // Streams side by side: none is served by what another one was.
        string[] hosts = [plain, mutual, mutual.ToUpperInvariant() + ".:443"];
        var streams = Enumerable.Range(0, 30).Select(i => (2 * i) + 1).ToList();
        foreach (var stream in streams)
            await shared.RequestAsync(stream, Request(hosts[stream / 2 % 3]));
        var answers = await shared.AnswersAsync(streams).WaitAsync(Wait.Deadline, Ct);
        for (var i = 0; i < answers.Count; i++)
            Assert.Contains(i % 3 == 0 ? "\"service\":\"app\"" : "421 Misdirected Request", answers[i]);
        // The connection is as good as before.
        await shared.RequestAsync(101, Request(plain));
        Assert.Contains("\"service\":\"app\"", await shared.AnswerAsync(101).WaitAsync(Wait.Deadline, Ct));

        // What a browser does with a 421 (RFC 9110, 15.5.20): it asks again on a connection for that host.
        using var own = await RawHttp2.ConnectTlsAsync(Port, mutual, Authorities.Client);
        await own.RequestAsync(1, Request(mutual));
        await own.RequestAsync(3, Request(plain));
        var both = await own.AnswersAsync(1, 3).WaitAsync(Wait.Deadline, Ct);
        Assert.Contains("\"ssl-client-verify\":[\"SUCCESS\"]", both[0], StringComparison.OrdinalIgnoreCase);
        // And that one may be shared with hosts that ask for nothing; their pods hear nothing of the certificate.
        Assert.Contains("\"service\":\"app\"", both[1]);
        Assert.DoesNotContain("ssl-client", both[1], StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_policy_that_comes_later_ends_connections_whose_clients_were_not_asked()
    {
        var host = Namespace.Host("late");
        await Namespace.StartAppAsync("app");
        await ApplyAsync("late", host, "app", tls: true);
        using var open = new SecureClient(Port, host, Authorities.Client, version: HttpVersion.Version20);
        await Wait.ForAsync(() => open.GetAsync(), answer => answer.Code == 200, "the host");
        await ApplyAuthoritiesAsync("ca", Authorities.Root.CertificatePem);
        await ApplyAsync("late", host, "app", tls: true, ("auth-tls-secret", "ca"));
        // 421 and a GOAWAY: what follows comes on another connection, and is asked.
        var answers = new List<int>();
        await Wait.UntilAsync(
            async () =>
            {
                answers.Add((await open.GetAsync()).Code);
                return answers is [.., 200] && answers.Contains(421);
            },
            "421, then a new connection");
        Assert.Equal(2, open.Connections);
    }

    private static (string Name, string Value)[] Request(string host) =>
        [(":method", "GET"), (":scheme", "https"), (":authority", host), (":path", "/")];
}
