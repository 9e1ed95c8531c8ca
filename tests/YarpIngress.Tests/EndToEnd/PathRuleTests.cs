namespace YarpIngress.Tests.EndToEnd;

/// <summary>The scenarios of the public conformance feature "path rules", and the table of the Ingress documentation.</summary>
public sealed class PathRuleTests(TestCluster cluster) : EndToEndTest(cluster)
{
    [Fact]
    public async Task Paths_match_as_the_Ingress_documentation_says()
    {
        await StartAppsAsync("exact", "exact-slash", "prefix", "prefix-long", "root");
        var host = await ApplyAsync(
            ("Exact", "/foo", "exact"),
            ("Exact", "/bar/", "exact-slash"),
            ("Prefix", "/aaa", "prefix"),
            ("Prefix", "/aaa/bbb/", "prefix-long"),
            ("Prefix", "/", "root"));

        (string Path, string Service)[] expected =
        [
            ("/foo", "exact"), ("/foo?x=1", "exact"), ("/foo/", "root"), ("/FOO", "root"), ("/foobar", "root"),
            ("/bar/", "exact-slash"), ("/bar", "root"),
            ("/aaa", "prefix"), ("/aaa/", "prefix"), ("/aaa/b", "prefix"), ("/aaab", "root"), ("/Aaa", "root"), ("/aaa/bb", "prefix"),
            ("/aaa/bbb", "prefix-long"), ("/aaa/bbb/", "prefix-long"), ("/aaa/bbb/ccc", "prefix-long"), ("/aaa/bbbxyz", "prefix"),
            ("/", "root"), ("/anything/else", "root"),
        ];
        foreach (var (path, service) in expected)
            Assert.Equal((path, service), (path, (await Gateway.GetAsync(host, path)).Service));
    }

    [Fact]
    public async Task An_exact_path_wins_over_a_prefix_that_is_the_same()
    {
        await StartAppsAsync("exact", "prefix");
        var host = await ApplyAsync(("Prefix", "/foo", "prefix"), ("Exact", "/foo", "exact"));

        Assert.Equal("exact", (await Gateway.GetAsync(host, "/foo")).Service);
        Assert.Equal("prefix", (await Gateway.GetAsync(host, "/foo/")).Service);
        Assert.Equal("prefix", (await Gateway.GetAsync(host, "/foo/bar")).Service);
    }

    [Fact]
    public async Task Implementation_specific_paths_match_as_nginx_locations()
    {
        await StartAppsAsync("location", "prefix");
        var host = await ApplyAsync(("ImplementationSpecific", "/foo", "location"), ("Prefix", "/foo/bar", "prefix"));

        Assert.Equal("location", (await Gateway.GetAsync(host, "/foo")).Service);
        Assert.Equal("location", (await Gateway.GetAsync(host, "/foobar")).Service);
        Assert.Equal("prefix", (await Gateway.GetAsync(host, "/foo/bar/baz")).Service);
        Assert.Equal(404, (await Gateway.GetAsync(host, "/fo")).Code);
    }

    [Fact]
    public async Task Braces_and_regex_characters_in_a_path_are_plain_text()
    {
        await StartAppsAsync("braces", "root");
        var host = await ApplyAsync(("Prefix", "/{id}/a.c", "braces"), ("Prefix", "/", "root"));

        Assert.Equal("braces", (await Gateway.GetAsync(host, "/{id}/a.c")).Service);
        Assert.Equal("root", (await Gateway.GetAsync(host, "/42/a.c")).Service);
        Assert.Equal("root", (await Gateway.GetAsync(host, "/{id}/abc")).Service);
    }

    [Fact]
    public async Task A_path_that_no_rule_matches_answers_404()
    {
        await StartAppsAsync("only");
        var host = await ApplyAsync(("Prefix", "/only", "only"));

        Assert.Equal(404, (await Gateway.GetAsync(host, "/other")).Code);
        Assert.Equal(404, (await Gateway.GetAsync(host, "/")).Code);
    }

    [Theory]
    [InlineData("/a%20b/c")]
    [InlineData("/a%2Fb")]
    [InlineData("/%E4%BD%A0?q=%zz&r=a+b")]
    [InlineData("/a//b/")]
    [InlineData("/a;v=1,2/b!$&'()*+=:@~")]
    public async Task The_pod_receives_the_path_as_the_client_sent_it(string path)
    {
        await StartAppsAsync("root");
        var host = await ApplyAsync(("Prefix", "/", "root"));

        Assert.Equal(path.Split('?')[0], (await Gateway.GetAsync(host, path)).Path);
    }

    private async Task StartAppsAsync(params string[] names)
    {
        foreach (var name in names)
            await Namespace.StartAppAsync(name);
    }

    private async Task<string> ApplyAsync(params (string Type, string Path, string Service)[] paths)
    {
        var host = Namespace.Host("paths");
        await Namespace.ApplyIngressAsync("paths", host, paths);
        return host;
    }
}
