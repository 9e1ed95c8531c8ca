namespace YarpIngress.Tests.Addresses;

/// <summary>
/// <c>allowlist-source-range</c>, <c>whitelist-source-range</c>, <c>denylist-source-range</c>, the ConfigMap's lists, and
/// <c>block-cidrs</c>, <c>block-user-agents</c>, <c>block-referers</c>, all over sockets.
/// </summary>
public sealed class AddressListTests(AddressCluster cluster) : IClassFixture<AddressCluster>
{
    private const string Inside = "192.0.2.7";
    private const string Outside = "203.0.113.7";

    [Theory]
    [InlineData("allowlist-source-range")]
    [InlineData("whitelist-source-range")]
    public async Task Allowlist_source_range_lets_in_whom_it_names(string name)
    {
        var host = cluster.NewHost();
        await cluster.ApplyAsync(host, "/", (name, "192.0.2.0/24, 198.51.100.9, 2001:db8::/32"));
        await cluster.UntilAsync(host, Inside, 200);
        foreach (var http2 in (bool[])[false, true])
        {
            foreach (var client in (string[])[Inside, "192.0.2.0", "192.0.2.255", "198.51.100.9", "2001:db8::1", "::ffff:192.0.2.7", "192.0.2.7:4711"])
            {
                var (status, body) = await cluster.GetAsync(host, client, http2: http2);
                Assert.True(status == 200, $"{client}: {status}");
                Assert.StartsWith("pod for ", body);
            }
            foreach (var client in (string[])[Outside, "192.0.1.255", "192.0.3.0", "198.51.100.8", "2001:db9::1", "::1", "10.0.0.1", "", "unknown",
                $"{Inside}, {Outside}", $"{Inside}, nonsense", "0xc0000207", "192.0.2.07"])
            {
                var (status, body) = await cluster.GetAsync(host, client, http2: http2);
                Assert.True(status == 403, $"{client}: {status}");
                Assert.DoesNotContain("pod", body);
            }
        }
    }

    [Fact]
    public async Task Denylist_source_range_keeps_out_whom_it_names_even_if_they_are_allowed()
    {
        var (denied, both) = (cluster.NewHost(), cluster.NewHost());
        await cluster.ApplyAsync(denied, "/", ("denylist-source-range", "192.0.2.0/24,2001:db8::/32"));
        await cluster.ApplyAsync(both, "/", ("denylist-source-range", Inside), ("allowlist-source-range", "192.0.2.0/24"));
        await cluster.UntilAsync(denied, Outside, 200);
        await cluster.UntilAsync(both, "192.0.2.8", 200);
        foreach (var client in (string[])[Inside, "::ffff:192.0.2.7", "2001:db8::7"])
            Assert.Equal(403, (await cluster.GetAsync(denied, client)).Status);
        Assert.Equal(200, (await cluster.GetAsync(denied, "2001:db9::7")).Status);
        Assert.Equal(403, (await cluster.GetAsync(both, Inside)).Status);
        Assert.Equal(403, (await cluster.GetAsync(both, Outside)).Status);
    }

    [Theory]
    [InlineData("allowlist-source-range", "192.0.2.0/33")]
    [InlineData("allowlist-source-range", "")]
    [InlineData("whitelist-source-range", "192.0.2.0/24, office")]
    [InlineData("denylist-source-range", "nobody")]
    [InlineData("denylist-source-range", "203.0.113.0/24; 198.51.100.0/24")]
    public async Task A_list_that_is_none_closes_its_paths_and_no_others_until_it_is_repaired(string name, string value)
    {
        var host = cluster.NewHost();
        await cluster.ApplyAsync(host, "/open");
        await cluster.ApplyAsync(host, "/closed", (name, value));
        await cluster.UntilAsync(host, Inside, 503, "/closed");
        Assert.Equal(503, (await cluster.GetAsync(host, Outside, "/closed")).Status);
        await cluster.UntilAsync(host, Outside, 200, "/open");

        await cluster.ApplyAsync(host, "/closed", (name, "192.0.2.0/24"));
        var allows = name != "denylist-source-range";
        await cluster.UntilAsync(host, Inside, allows ? 200 : 403, "/closed");
        Assert.Equal(allows ? 403 : 200, (await cluster.GetAsync(host, Outside, "/closed")).Status);
    }

    [Fact]
    public async Task Redirects_and_preflight_requests_come_before_the_list_and_satisfy_any_alone_opens_nothing()
    {
        var (redirected, cors, any) = (cluster.NewHost(), cluster.NewHost(), cluster.NewHost());
        await cluster.ApplyAsync(redirected, "/", ("allowlist-source-range", Inside), ("force-ssl-redirect", "true"));
        await cluster.ApplyAsync(cors, "/", ("allowlist-source-range", Inside), ("enable-cors", "true"));
        await cluster.ApplyAsync(any, "/", ("allowlist-source-range", Inside), ("satisfy", "any"));
        await cluster.UntilAsync(redirected, Outside, 308);
        // A trusted proxy that ended TLS: no loop, and the list.
        await cluster.UntilAsync(redirected, Outside, 403, headers: ("X-Forwarded-Proto", "https"));
        await cluster.UntilAsync(redirected, Inside, 200, headers: ("X-Forwarded-Proto", "https"));
        await cluster.UntilAsync(cors, Outside, 403);
        Assert.Equal(204, (await cluster.GetAsync(cors, Outside, method: "OPTIONS", headers: ("Origin", "https://a.example.com"))).Status);
        await cluster.UntilAsync(any, Outside, 403);
        Assert.Equal(200, (await cluster.GetAsync(any, Inside)).Status);
    }

    [Fact]
    public async Task Ten_thousand_networks_are_a_list_like_any_other()
    {
        var host = cluster.NewHost();
        var networks = Enumerable.Range(0, 10_000).Select(i => $"100.{64 + i / 256 % 64}.{i % 256}.{i / 256 * 2 % 256}/31");
        await cluster.ApplyAsync(host, "/", ("denylist-source-range", string.Join(',', networks)));
        await cluster.UntilAsync(host, Outside, 200);
        Assert.Equal(403, (await cluster.GetAsync(host, "100.65.7.3")).Status);
        Assert.Equal(200, (await cluster.GetAsync(host, "203.0.113.8")).Status);
    }

    [Fact]
    public async Task Satisfy_any_takes_the_address_or_the_password_and_satisfy_all_takes_both()
    {
        var (any, all, denied) = (cluster.NewHost(), cluster.NewHost(), cluster.NewHost());
        await cluster.Bed.ApplyAsync("""
            apiVersion: v1
            kind: Secret
            metadata: {name: users, namespace: default}
            stringData: {auth: "ann:{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g="}
            """);
        (string, string)[] login = [("auth-type", "basic"), ("auth-secret", "users")];
        await cluster.ApplyAsync(any, "/", [.. login, ("allowlist-source-range", Inside), ("satisfy", "any")]);
        await cluster.ApplyAsync(all, "/", [.. login, ("allowlist-source-range", Inside)]);
        await cluster.ApplyAsync(denied, "/", [.. login, ("denylist-source-range", Outside), ("satisfy", "any")]);
        var (good, bad) = (("Authorization", "Basic YW5uOnBhc3N3b3Jk"), ("Authorization", "Basic YW5uOndyb25n"));

        await cluster.UntilAsync(any, Outside, 200, headers: good);
        await cluster.UntilAsync(any, Inside, 200);
        await cluster.UntilAsync(any, Outside, 401);
        await cluster.UntilAsync(any, Outside, 401, headers: bad);
        await cluster.UntilAsync(all, Inside, 200, headers: good);
        await cluster.UntilAsync(all, Inside, 401);
        await cluster.UntilAsync(all, Outside, 403, headers: good);
        await cluster.UntilAsync(all, Outside, 403);
        await cluster.UntilAsync(denied, Outside, 200, headers: good);
        await cluster.UntilAsync(denied, Inside, 401);
        await cluster.UntilAsync(denied, Outside, 401);
    }

    [Fact]
    public async Task A_refusal_is_counted()
    {
        var host = cluster.NewHost();
        await cluster.ApplyAsync(host, "/", ("allowlist-source-range", Inside));
        await cluster.UntilAsync(host, Outside, 403);
        await Wait.UntilAsync(
            async () => (await cluster.Bed.AdminAsync(cluster.Controller, "/metrics")).Body.Split('\n')
                .Any(line => line.Contains("policy=\"address\"", StringComparison.Ordinal) && line.Contains(host, StringComparison.Ordinal)),
            "the refusal is counted");
    }
}
