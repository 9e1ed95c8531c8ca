using FsCheck;
using FsCheck.Fluent;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using YarpIngress.Proxy.Routing;
using YarpIngress.Tests.Proxy;
using YarpIngress.Tests.Upstream;
using YarpIngress.Translation.Model;

namespace YarpIngress.Tests.Hardening;

/// <summary>
/// Whatever path is sent: a pod is never given one that some server reads as a protected path, unless the request was held
/// against that protection.
/// </summary>
public sealed class PathConfusionTests
{
    private const string Closed = "a protection that can't be given";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false, 1)]
    [InlineData(false, 2)]
    [InlineData(true, 1)]
    [InlineData(true, 2)]
    public async Task NoPathWalksRoundAProtection(bool tls, int version)
    {
        // What the pod saw, byte for byte.
        static Task Echo(HttpContext context) =>
            context.Response.WriteAsync("saw " + context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget);
        await using var pod = await Origin.StartAsync(Echo, configure: tls ? TlsPods.Serve : null);
        await using var gateway = await Gateway.StartAsync();
        var web = new BackendKey("default", "web", "80");
        gateway.SetBackend(web, [pod.EndPoint], tls ? BackendProtocol.Https : BackendProtocol.Http);
        Publish(gateway, "closed-admin.io", web, ("/", null), ("/admin", Closed), ("/public", null));
        Publish(gateway, "open-public.io", web, ("/", Closed), ("/public", null));

        var served = 0;
        foreach (var path in PathCorpus.Paths)
        {
            if (await SendAsync(gateway, version, "closed-admin.io", path) is { } seen)
            {
                served++;
                foreach (var (name, read) in PathCorpus.Servers)
                    Assert.False(PathCorpus.IsBelow(read(PathOf(seen)), "admin"),
                        $"{path} came as {seen}; a server that {name} serves /admin");
            }
            if (await SendAsync(gateway, version, "open-public.io", path) is { } open)
            {
                served++;
                foreach (var (name, read) in PathCorpus.Servers.Where(server => IsPrecise(server.Name)))
                    Assert.True(PathCorpus.IsBelow(read(PathOf(open)), "public"),
                        $"{path} came as {open}; a server that {name} serves more");
            }
        }
        Assert.InRange(served, 20, PathCorpus.Paths.Length * 2);
    }

    [Theory]
    [InlineData("/public/a%2fb")]
    [InlineData("/public/a;v=1")]
    [InlineData("/public/a%20b%C3%A9")]
    [InlineData("/public//a/./b/../c")]
    [InlineData("/public/100%25")]
    [InlineData("/admin%2fusers")]
    [InlineData("//admin/../public")]
    public async Task AHostWithoutProtectionsTakesAllOfThemAsTheyCome(string path)
    {
        await using var pod = await Origin.StartAsync(context =>
            context.Response.WriteAsync("saw " + context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget));
        await using var gateway = await Gateway.StartAsync();
        var web = new BackendKey("default", "web", "80");
        gateway.SetBackend(web, [pod.EndPoint]);
        Publish(gateway, "a.io", web, ("/", null), ("/admin", null), ("/public", null));
        Assert.Equal(path, await SendAsync(gateway, 1, "a.io", path));
    }

    [Theory]
    [InlineData("/app../secret", "HTTP/1.1 400 ")]
    [InlineData("/app.;x/secret", "HTTP/1.1 400 ")]
    [InlineData("/app.", "HTTP/1.1 400 ")]
    [InlineData("/app.well-known/x", "HTTP/1.1 200 ")]
    [InlineData("/app..a/x", "HTTP/1.1 200 ")]
    public async Task ARewriteMakesNoWayUp(string path, string answer)
    {
        await using var pod = await Origin.StartAsync("pod");
        await using var gateway = await Gateway.StartAsync();
        var web = new BackendKey("default", "web", "80");
        gateway.SetBackend(web, [pod.EndPoint]);
        var rewrite = new RoutePolicies { Rewrite = new RewritePolicy { Target = Translation.Variables.VariableText.Parse("/prod/$1", captures: true) } };
        Publish(gateway, "a.io", Gateway.Route(PathMatch.Regex, "/app(.*)", web) with { Policies = rewrite });
        Assert.StartsWith(answer,
            await RawClient.ExchangeAsync(gateway.HttpPort, $"GET {path} HTTP/1.1\r\nHost: a.io\r\nConnection: close\r\n\r\n"));
    }

    [Fact]
    public void EveryReadingOfEveryPathIsOneThatWasLookedAt()
    {
        var paths = Gen.ListOf(Gen.Elements(PathCorpus.Pieces), 8).Select(pieces => "/" + string.Concat(pieces));
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(30_000),
            Prop.ForAll(paths.ToArbitrary(), path =>
            {
                // As for a host whose /admin is protected, and all else is not.
                if (!RequestPath.TryNormalize(path, new char[path.Length + 1], out var normal)
                    || PathCorpus.IsBelow(normal.ToString(), "admin"))
                    return;
                if (PathReadings.Any(path, static (reading, _) => IsAdmin(reading), 0))
                    return;
                foreach (var (name, read) in PathCorpus.Servers)
                    Assert.False(PathCorpus.IsBelow(read(path), "admin"), $"A server that {name} takes {path} for {read(path)}");
            }));
    }

    [Fact]
    public void ReadingsOfALongPathAreFew()
    {
        var path = "/" + "%2f" + string.Concat(Enumerable.Repeat("/;x\\", 1300));
        var readings = 0;
        Assert.False(PathReadings.Any(path, (_, _) => ++readings < 0, 0));
        Assert.Equal(7, readings);
        // More doubts than anybody has in earnest.
        Assert.True(PathReadings.Any(path + "/../%252f", (_, _) => ++readings < 0, 0));
        Assert.Equal(7, readings);
    }

    private static string PathOf(string target) => target.Split('?')[0];

    private static bool IsAdmin(ReadOnlySpan<char> path) => PathCorpus.IsBelow(path.ToString(), "admin");

    // Without resolving, /public/../x is below /public: such a server has nothing else to serve there.
    private static bool IsPrecise(string server) =>
        !server.Contains("decoding") && !server.Contains("as it comes") && !server.Contains("empty elements");

    private static void Publish(Gateway gateway, string host, BackendKey backend, params (string Path, string? Denied)[] routes) =>
        Publish(gateway, host, [.. routes.Select(route => Gateway.Route(PathMatch.Prefix, route.Path, backend) with
        {
            Policies = new RoutePolicies { Denied = route.Denied },
        })]);

    private static void Publish(Gateway gateway, string host, params Route[] routes) => Assert.Empty(gateway.DataPlane.SetHost(
        new HostTranslation { Host = host, VirtualHost = new VirtualHost { Host = host, Routes = routes.ToEquatableArray() } }));

    /// <summary>The target that the pod saw; null when the gateway answered.</summary>
    private static async Task<string?> SendAsync(Gateway gateway, int version, string host, string path)
    {
        if (version == 1)
        {
            // The absolute form names a host of its own.
            var target = path.Replace("http://a.io", $"http://{host}");
            var answer = await RawClient.ExchangeAsync(
                gateway.HttpPort, $"GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
            return Seen(answer);
        }
        using var http2 = await RawHttp2.ConnectAsync(gateway.HttpPort);
        await http2.RequestAsync(1, (":method", "GET"), (":scheme", "http"), (":authority", host), (":path", path));
        return Seen(await http2.AnswerAsync(1).WaitAsync(Wait.Deadline, Ct));
    }

    private static string? Seen(string answer) => answer.IndexOf("saw ", StringComparison.Ordinal) is >= 0 and var at
        ? answer[(at + 4)..].Split('\r')[0]
        : null;
}
