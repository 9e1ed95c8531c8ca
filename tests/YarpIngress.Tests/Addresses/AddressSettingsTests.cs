namespace YarpIngress.Tests.Addresses;

/// <summary>The ConfigMap's lists, blocks and proxies, live: each test sets the whole ConfigMap of a controller of its own.</summary>
public sealed class AddressSettingsTests(AddressCluster cluster) : IClassFixture<AddressCluster>
{
    private const string Inside = "192.0.2.7";
    private const string Outside = "203.0.113.7";
    private static readonly (string, string) Forwarded = ("use-forwarded-headers", "true");

    [Fact]
    public async Task Whitelist_and_denylist_source_range_are_the_lists_of_Ingresses_without()
    {
        var (plain, own) = (cluster.NewHost(), cluster.NewHost());
        await cluster.ApplyAsync(plain, "/");
        await cluster.ApplyAsync(own, "/", ("allowlist-source-range", Outside), ("denylist-source-range", "198.51.100.0/24"));
        await cluster.SetAsync(Forwarded, ("whitelist-source-range", "192.0.2.0/24"), ("denylist-source-range", "192.0.2.66"));
        await cluster.UntilAsync(plain, Outside, 403);
        await cluster.UntilAsync(own, Outside, 200);
        Assert.Equal(200, (await cluster.GetAsync(plain, Inside)).Status);
        Assert.Equal(403, (await cluster.GetAsync(plain, "192.0.2.66")).Status);
        Assert.Equal(403, (await cluster.GetAsync(own, Inside)).Status);

        // Not allowed: nobody, but where an Ingress says so itself.
        await cluster.SetAsync(Forwarded, ("whitelist-source-range", "192.0.2.0/24, office"));
        await cluster.UntilAsync(plain, Inside, 403);
        Assert.Equal(200, (await cluster.GetAsync(own, Outside)).Status);
        await cluster.SetAsync(Forwarded, ("denylist-source-range", "nonsense"));
        await cluster.UntilAsync(plain, Outside, 403);
        Assert.Equal(403, (await cluster.GetAsync(plain, Inside)).Status);
        Assert.Equal(200, (await cluster.GetAsync(own, Outside)).Status);

        await cluster.SetAsync(Forwarded, ("whitelist-source-range", ""));
        await cluster.UntilAsync(plain, Outside, 200);
    }

    [Fact]
    public async Task The_global_default_backend_has_the_ConfigMaps_lists_too()
    {
        const string Host = "nobody.example.net";
        await cluster.SetAsync(Forwarded);
        await using var controller = await cluster.StartWithDefaultBackendAsync();
        var client = cluster.To(controller);
        await Wait.UntilAsync(async () => await client.StatusAsync(Host, Outside) == 200, "the default backend serves");
        await cluster.SetAsync(Forwarded, ("whitelist-source-range", "192.0.2.0/24"), ("proxy-body-size", "2k"));
        await Wait.UntilAsync(async () => await client.StatusAsync(Host, Outside) == 403, "the list is the default backend's");
        Assert.Equal(200, await client.StatusAsync(Host, Inside));
        Assert.Equal(413, await client.StatusAsync(Host, Inside, new string('x', 3000)));
        await cluster.SetAsync(Forwarded);
        await Wait.UntilAsync(async () => await client.StatusAsync(Host, Outside) == 200, "the list is gone");
    }

    [Fact]
    public async Task Block_cidrs_user_agents_and_referers_keep_out_everywhere()
    {
        var host = cluster.NewHost();
        await cluster.ApplyAsync(host, "/", ("allowlist-source-range", "0.0.0.0/0"));
        await cluster.SetAsync(
            Forwarded, ("block-cidrs", "203.0.113.0/24"), ("block-user-agents", "Evil/1.0, ~*crawler, ~^Bot[0-9]+$"),
            ("block-referers", "http://spam.example.com/, ~casino"));
        await cluster.UntilAsync(host, Outside, 403);
        // Whatever is asked for.
        Assert.Equal(403, (await cluster.GetAsync("nobody.example.net", Outside)).Status);
        Assert.Equal(404, (await cluster.GetAsync("nobody.example.net", Inside)).Status);
        foreach (var (name, value, status) in ((string, string, int)[])[
            ("User-Agent", "evil/1.0", 403), ("User-Agent", "Evil/1.0 and more", 200), ("User-Agent", "a CRAWLER", 403),
            ("User-Agent", "Bot12", 403),
            ("User-Agent", "bot12", 200), ("User-Agent", "curl/8", 200), ("Referer", "http://spam.example.com/", 403),
            ("Referer", "http://spam.example.com/x", 200), ("Referer", "https://casino.example.com", 403),
            ("Referer", "https://CASINO.example.com", 200)])
        {
            var seen = (await cluster.GetAsync(host, Inside, headers: (name, value))).Status;
            Assert.True(seen == status, $"{name}: {value}: {seen}");
        }

        await cluster.SetAsync(Forwarded, ("block-cidrs", "203.0.113.0/24, nobody"));
        await cluster.UntilAsync(host, Inside, 503);
        await cluster.SetAsync(Forwarded, ("block-user-agents", "~(a"));
        await cluster.UntilAsync(host, Inside, 503);
        await cluster.SetAsync(Forwarded);
        await cluster.UntilAsync(host, Outside, 200);
    }

    [Fact]
    public async Task Who_can_not_be_told_is_not_let_in()
    {
        var (listed, plain) = (cluster.NewHost(), cluster.NewHost());
        await cluster.ApplyAsync(listed, "/", ("denylist-source-range", Outside));
        await cluster.ApplyAsync(plain, "/");
        await cluster.SetAsync(Forwarded);
        await cluster.UntilAsync(listed, Inside, 200);
        foreach (var (key, value) in ((string, string)[])[
            ("proxy-real-ip-cidr", "the load balancer"), ("use-forwarded-headers", "maybe"), ("forwarded-for-header", "X Client"),
            ("enable-real-ip", "si")])
        {
            await cluster.SetAsync((key, value));
            await cluster.UntilAsync(listed, Inside, 503);
            Assert.Equal(200, (await cluster.GetAsync(plain, Inside)).Status);
            await cluster.SetAsync(Forwarded);
            await cluster.UntilAsync(listed, Inside, 200);
        }
    }

    [Fact]
    public async Task Proxy_real_ip_cidr_says_whose_header_counts()
    {
        var host = cluster.NewHost();
        await cluster.ApplyAsync(host, "/", ("allowlist-source-range", Inside));
        await cluster.SetAsync(Forwarded);
        await cluster.UntilAsync(host, Inside, 200);
        // This machine is no proxy any more: what it says of others is nothing but a claim.
        await cluster.SetAsync(Forwarded, ("proxy-real-ip-cidr", "10.0.0.0/8"));
        await cluster.UntilAsync(host, Inside, 403);
        await cluster.SetAsync(Forwarded, ("proxy-real-ip-cidr", "127.0.0.0/8"));
        await cluster.UntilAsync(host, Inside, 200);
        // Without any trust the same.
        await cluster.SetAsync();
        await cluster.UntilAsync(host, Inside, 403);
        await cluster.SetAsync(("enable-real-ip", "true"));
        await cluster.UntilAsync(host, Inside, 200);
    }
}
