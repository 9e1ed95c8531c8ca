using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using YarpIngress.Tests.EndToEnd;

namespace YarpIngress.Tests.Affinity;

/// <summary>
/// Sessions that stay with a pod: every <c>affinity*</c> and <c>session-cookie-*</c> annotation, and what they do together.
/// </summary>
public sealed class AffinityTests(TestCluster cluster) : EndToEndTest(cluster)
{
    private string Host => Namespace.Host("shop");

    [Theory]
    [InlineData("balanced")]
    [InlineData("persistent")]
    public async Task Affinity_cookie_keeps_each_browser_with_its_pod(string mode)
    {
        await StartAsync(("affinity", "cookie"), ("affinity-mode", mode));
        var sessions = await SessionsAsync(30);
        Assert.Equal(3, sessions.Select(session => session.Pod).Distinct().Count());
        foreach (var (cookie, pod) in sessions)
        {
            for (var i = 0; i < 3; i++)
            {
                var answer = await Gateway.GetAsync(Host, $"/{i}", ("Cookie", $"other=1; {cookie}"));
                Assert.Equal(pod, answer.Pod);
                // Only a request without a session begins one.
                Assert.DoesNotContain("Set-Cookie", answer.Headers.Keys);
            }
        }
    }

    [Fact]
    public async Task Affinity_mode_persistent_moves_nobody_to_new_pods_and_balanced_only_their_share()
    {
        var pods = await Namespace.StartAppAsync("web", replicas: 4);
        await Namespace.SetEndpointsAsync("web", pods[0], pods[1], pods[2]);
        await ApplyAsync(("affinity", "cookie"), ("affinity-mode", "balanced"));
        // Ingresses and endpoints are heard of in any order.
        await Wait.UntilAsync(async () => (await SessionsAsync(30)).All(session => session.Pod != "web-3"), "three pods");
        var balanced = await SessionsAsync(60);
        await ApplyAsync(("affinity", "cookie"), ("affinity-mode", "persistent"), ("session-cookie-name", "keep"));
        await Gateway.UntilAsync(Host, "/", answer => Cookie(answer)?.StartsWith("keep=", StringComparison.Ordinal) == true);
        var persistent = await SessionsAsync(60);

        await Namespace.SetEndpointsAsync("web", [.. pods]);
        await Gateway.UntilAsync(Host, "/", answer => answer.Pod == "web-3");
        foreach (var (cookie, pod) in persistent)
            Assert.Equal(pod, (await Gateway.GetAsync(Host, "/", ("Cookie", cookie))).Pod);

        await ApplyAsync(("affinity", "cookie"), ("affinity-mode", "balanced"));
        await Gateway.UntilAsync(Host, "/", answer => Cookie(answer)?.StartsWith("INGRESSCOOKIE=", StringComparison.Ordinal) == true);
        var moved = 0;
        foreach (var (cookie, pod) in balanced)
        {
            var now = (await Gateway.GetAsync(Host, "/", ("Cookie", cookie))).Pod;
            Assert.True(now == pod || now == "web-3", $"{pod} -> {now}");
            moved += now == pod ? 0 : 1;
        }
        // A quarter of 60, give or take: less than 1 in a million for 36 and more, or for none.
        Assert.InRange(moved, 1, 36);

        // A pod that goes gives its sessions away, and they get a new cookie where the old one named it.
        await ApplyAsync(("affinity", "cookie"), ("affinity-mode", "persistent"), ("session-cookie-name", "keep"));
        await Namespace.SetEndpointsAsync("web", pods[1], pods[2], pods[3]);
        var orphan = persistent.First(session => session.Pod == "web-0").Cookie;
        var answer = await Wait.ForAsync(
            () => Gateway.GetAsync(Host, "/", ("Cookie", orphan)),
            answer => answer.Pod != "web-0" && Cookie(answer)?.StartsWith("keep=", StringComparison.Ordinal) == true, "a new session");
        Assert.Equal(answer.Pod, (await Gateway.GetAsync(Host, "/", ("Cookie", Cookie(answer)!))).Pod);
        var stays = persistent.First(session => session.Pod == "web-1");
        Assert.Equal("web-1", (await Gateway.GetAsync(Host, "/", ("Cookie", stays.Cookie))).Pod);
    }

    [Fact]
    public async Task Session_cookie_is_a_key_and_the_backend_in_ingress_nginx_s_own_form()
    {
        await StartAsync(("affinity", "cookie"));
        var header = (await Gateway.GetAsync(Host)).Headers["Set-Cookie"];
        var backend = $"{Namespace.Name}-web-80";
        Assert.Matches($"^INGRESSCOOKIE=[0-9a-f]{{32}}\\|{Md5(Md5(backend) + backend)}; Path=/; HttpOnly$", header);
        Assert.Contains("; Secure; HttpOnly", (await Gateway.GetSecureAsync(Host)).Answer.Headers["Set-Cookie"], StringComparison.Ordinal);
        // What is not ours begins a session only where nothing leads anywhere: any key has its pod.
        var foreign = await Gateway.GetAsync(Host, "/", ("Cookie", "INGRESSCOOKIE=1700000000.123.45.678|0123456789abcdef"));
        Assert.Equal(foreign.Pod, (await Gateway.GetAsync(Host, "/", ("Cookie", "INGRESSCOOKIE=1700000000.123.45.678"))).Pod);
        Assert.DoesNotContain("Set-Cookie", foreign.Headers.Keys);
        Assert.Contains("Set-Cookie", (await Gateway.GetAsync(Host, "/", ("Cookie", "INGRESSCOOKIE="))).Headers.Keys);
    }

    [Fact]
    public async Task Session_cookie_name_path_domain_expires_max_age_samesite_and_secure_are_its_attributes()
    {
        await StartAsync(
            ("affinity", "cookie"), ("session-cookie-name", "route"), ("session-cookie-path", "/shop"),
            ("session-cookie-domain", "example.com"),
            ("session-cookie-expires", "3600"), ("session-cookie-max-age", "7200"), ("session-cookie-samesite", "Lax"),
            ("session-cookie-secure", "true"));
        var before = DateTimeOffset.UtcNow;
        var parts = (await Gateway.GetAsync(Host)).Headers["Set-Cookie"].Split("; ");
        Assert.StartsWith("route=", parts[0], StringComparison.Ordinal);
        var expires = DateTimeOffset.ParseExact(parts[1]["Expires=".Length..], "R", CultureInfo.InvariantCulture);
        Assert.InRange(expires, before.AddSeconds(3599), DateTimeOffset.UtcNow.AddSeconds(3601));
        Assert.Equal(["Max-Age=7200", "Domain=example.com", "Path=/shop", "Secure", "HttpOnly", "SameSite=Lax"], parts[2..]);
    }

    [Fact]
    public async Task Session_cookie_path_is_the_path_of_the_route_and_other_Ingresses_give_out_none()
    {
        await StartAsync(("affinity", "cookie"));
        await Namespace.ApplyAsync("shop", Host, [("Prefix", "/shop", "web")], ("affinity", "cookie"));
        await Namespace.ApplyIngressAsync("plain", Host, ("Prefix", "/plain", "web"));
        await Gateway.UntilAsync(
            Host, "/shop/cart", answer => Cookie(answer) is not null && answer.Headers["Set-Cookie"].Contains("; Path=/shop;"));
        await Gateway.UntilAsync(Host, "/plain", answer => answer.Code == 200 && Cookie(answer) is null);
    }

    [Fact]
    public async Task Session_cookie_conditional_samesite_none_is_left_out_for_browsers_that_misunderstand_it()
    {
        await StartAsync(("affinity", "cookie"), ("session-cookie-samesite", "None"), ("session-cookie-conditional-samesite-none", "true"));
        const string Old = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/60.0.3112.90 Safari/537.36";
        Assert.EndsWith("; HttpOnly", (await Gateway.GetAsync(Host, "/", ("User-Agent", Old))).Headers["Set-Cookie"],
            StringComparison.Ordinal);
        Assert.EndsWith(
            "; HttpOnly; SameSite=None",
            (await Gateway.GetAsync(Host, "/", ("User-Agent", Old.Replace("Chrome/60", "Chrome/80")))).Headers["Set-Cookie"],
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Session_cookie_change_on_failure_moves_the_session_and_without_it_the_dead_pod_is_tried_again()
    {
        var pods = await Namespace.StartAppAsync("web", replicas: 3);
        await ApplyAsync(("affinity", "cookie"));
        var (cookie, dead) = (await SessionsAsync(1))[0];
        await pods.Single(pod => pod.Name == dead).DisposeAsync();
        Assert.Equal(502, (await Gateway.GetAsync(Host, "/", ("Cookie", cookie))).Code);

        await ApplyAsync(("affinity", "cookie"), ("session-cookie-change-on-failure", "true"));
        var moved = await Gateway.UntilAsync(Host, "/", answer => answer.Code == 200);
        moved = await Wait.ForAsync(
            () => Gateway.GetAsync(Host, "/", ("Cookie", cookie)), answer => answer.Code == 200, "the session moves");
        Assert.NotEqual(dead, moved.Pod);
        Assert.Equal(moved.Pod, (await Gateway.GetAsync(Host, "/", ("Cookie", Cookie(moved)!))).Pod);
        // A browser without a session never sees the dead pod either, whichever it was given first.
        for (var i = 0; i < 10; i++)
        {
            var fresh = await Gateway.GetAsync(Host);
            Assert.Equal(200, fresh.Code);
            Assert.Equal(fresh.Pod, (await Gateway.GetAsync(Host, "/", ("Cookie", Cookie(fresh)!))).Pod);
        }
    }

    [Theory]
    [InlineData("HTTP")]
    [InlineData("h2c")]
    public async Task A_cookie_of_the_pod_stays_beside_that_of_the_session(string protocol)
    {
        await Namespace.StartAppAsync("web", replicas: 2, appProtocol: protocol == "h2c" ? "kubernetes.io/h2c" : null);
        await ApplyAsync(("affinity", "cookie"));
        var answer = await Gateway.GetAsync(Host, "/?hx_h=Set-Cookie:%20own=1");
        var cookies = answer.Headers["Set-Cookie"];
        Assert.Contains("INGRESSCOOKIE=", cookies, StringComparison.Ordinal);
        Assert.Contains("own=1", cookies, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Affinity_canary_behavior_sticky_keeps_a_session_on_its_side_and_legacy_does_not()
    {
        await StartAsync(("affinity", "cookie"));
        var primary = (await SessionsAsync(1))[0].Cookie;
        await Namespace.StartAppAsync("beta", replicas: 2);
        await Namespace.ApplyAsync(
            "beta", Host, [("Prefix", "/", "beta")], ("canary", "true"), ("canary-by-header", "X-Canary"), ("canary-weight", "0"));
        var begun = await Wait.ForAsync(
            () => Gateway.GetAsync(Host, "/", ("X-Canary", "always")), answer => answer.Service == "beta", "the canary serves");
        var canary = Cookie(begun)!;
        for (var i = 0; i < 5; i++)
        {
            // Whatever the rules say.
            var stays = await Gateway.GetAsync(Host, "/", ("Cookie", canary), ("X-Canary", "never"));
            Assert.Equal(begun.Pod, stays.Pod);
            Assert.Equal("web", (await Gateway.GetAsync(Host, "/", ("Cookie", primary), ("X-Canary", "always"))).Service);
        }

        await Namespace.ApplyAsync(
            "beta", Host, [("Prefix", "/", "beta")], ("canary", "true"), ("canary-by-header", "X-Canary"), ("canary-weight", "0"),
            ("affinity-canary-behavior", "legacy"));
        var legacy = await Wait.ForAsync(
            () => Gateway.GetAsync(Host, "/", ("Cookie", primary), ("X-Canary", "always")), answer => answer.Service == "beta",
            "rules decide");
        Assert.DoesNotContain("Set-Cookie", legacy.Headers.Keys);
        Assert.Equal("web", (await Gateway.GetAsync(Host, "/", ("Cookie", canary), ("X-Canary", "never"))).Service);
        Assert.Equal("web", (await Gateway.GetAsync(Host, "/", ("Cookie", canary))).Service);
    }

    [Fact]
    public async Task A_session_of_a_canary_that_is_empty_goes_to_the_primary()
    {
        await StartAsync(("affinity", "cookie"));
        await Namespace.StartAppAsync("beta");
        await Namespace.ApplyAsync("beta", Host, [("Prefix", "/", "beta")], ("canary", "true"), ("canary-weight", "100"));
        var begun = await Gateway.UntilAsync(Host, "/", answer => answer.Service == "beta");
        await Namespace.SetEndpointsAsync("beta");
        await Wait.ForAsync(
            () => Gateway.GetAsync(Host, "/", ("Cookie", Cookie(begun)!)), answer => answer.Service == "web", "the primary serves");
    }

    private async Task StartAsync(params (string, string)[] annotations)
    {
        await Namespace.StartAppAsync("web", replicas: 3);
        await ApplyAsync(annotations);
    }

    private async Task ApplyAsync(params (string, string)[] annotations)
    {
        await Namespace.ApplyAsync("web", Host, [("Prefix", "/", "web")], annotations);
        await Gateway.UntilAsync(Host, "/", answer => answer.Code == 200);
    }

    private async Task<List<(string Cookie, string Pod)>> SessionsAsync(int count)
    {
        var sessions = new List<(string, string)>();
        for (var i = 0; i < count; i++)
        {
            var answer = await Gateway.GetAsync(Host);
            sessions.Add((Cookie(answer) ?? throw new InvalidOperationException($"no cookie: {answer}"), answer.Pod!));
        }
        return sessions;
    }

    private static string? Cookie(GatewayAnswer answer) => answer.Headers.GetValueOrDefault("Set-Cookie")?.Split(';')[0];

    private static string Md5(string text) => Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(text)));
}
