using YarpIngress.Kubernetes.Models;
using YarpIngress.Tests.EndToEnd;

namespace YarpIngress.Tests.Canary;

/// <summary>Which requests a canary takes; every <c>canary*</c> annotation, and what they do together.</summary>
public sealed class CanaryTests(TestCluster cluster) : EndToEndTest(cluster)
{
    private const int Requests = 400;

    private string Host => Namespace.Host("shop");

    [Fact]
    public async Task Canary_weight_takes_its_part_and_0_nothing_and_100_everything()
    {
        await StartAsync(("canary-weight", "25"));
        await Gateway.UntilAsync(Host, "/", answer => answer.Service == "web");
        Assert.InRange(await CanariesAsync(), Requests * 15 / 100, Requests * 35 / 100);

        await CanaryAsync(("canary-weight", "100"));
        await AwaitAsync("beta");
        Assert.Equal(Requests, await CanariesAsync());

        await CanaryAsync(("canary-weight", "0"));
        await AwaitAsync("web");
        Assert.Equal(0, await CanariesAsync());
    }

    [Fact]
    public async Task Canary_weight_total_is_what_the_weight_is_a_part_of_but_at_least_100()
    {
        await StartAsync(("canary-weight", "100"), ("canary-weight-total", "100000"));
        await AwaitAsync("web");
        Assert.InRange(await CanariesAsync(), 0, Requests / 20);

        await CanaryAsync(("canary-weight", "500"), ("canary-weight-total", "500"));
        await AwaitAsync("beta");

        // 10 of 10 would be all of them; 10 of 100 is what it counts as.
        await CanaryAsync(("canary-weight", "10"), ("canary-weight-total", "10"));
        await AwaitAsync("web");
        Assert.InRange(await CanariesAsync(), 1, Requests / 4);
    }

    [Fact]
    public async Task Canary_by_header_comes_first_then_the_cookie_then_the_weight()
    {
        await StartAsync(("canary-by-header", "X-Canary"), ("canary-by-cookie", "canary"), ("canary-weight", "0"));
        await AwaitAsync("web");

        Assert.Equal("web", await ServiceAsync(("X-Canary", "never"), ("Cookie", "canary=always")));
        Assert.Equal("beta", await ServiceAsync(("X-Canary", "always"), ("Cookie", "canary=never")));
        Assert.Equal("beta", await ServiceAsync(("X-Canary", "something"), ("Cookie", "a=1; canary=always; b=2")));
        Assert.Equal("beta", await ServiceAsync(("Cookie", "canary=always")));
        Assert.Equal("web", await ServiceAsync(("Cookie", "canary=perhaps")));
        Assert.Equal("web", await ServiceAsync(("Cookie", "xcanary=always")));
        Assert.Equal("web", await ServiceAsync());

        await CanaryAsync(("canary-by-header", "X-Canary"), ("canary-by-cookie", "canary"), ("canary-weight", "100"));
        await AwaitAsync("beta");
        Assert.Equal("web", await ServiceAsync(("X-Canary", "never")));
        Assert.Equal("web", await ServiceAsync(("Cookie", "canary=never")));
        Assert.Equal("beta", await ServiceAsync(("X-Canary", "something")));
    }

    [Fact]
    public async Task Canary_by_header_value_takes_the_meaning_from_always_and_never()
    {
        await StartAsync(
            ("canary-by-header", "X-Canary"), ("canary-by-header-value", "beta"), ("canary-by-header-pattern", "."), ("canary-weight", "0"),
            ("canary-by-cookie", "canary"));
        await AwaitAsync("web");
        Assert.Equal("beta", await ServiceAsync(("X-Canary", "beta")));
        // The value goes before the pattern, which would match all of these.
        Assert.Equal("web", await ServiceAsync(("X-Canary", "always")));
        Assert.Equal("web", await ServiceAsync(("X-Canary", "Beta")));
        Assert.Equal("beta", await ServiceAsync(("X-Canary", "never"), ("Cookie", "canary=always")));
    }

    [Fact]
    public async Task Canary_by_header_pattern_is_looked_for_anywhere_in_the_value()
    {
        await StartAsync(("canary-by-header", "X-Canary"), ("canary-by-header-pattern", "^be|ta$"));
        await AwaitAsync("web");
        Assert.Equal("beta", await ServiceAsync(("X-Canary", "best")));
        Assert.Equal("beta", await ServiceAsync(("X-Canary", "meta")));
        Assert.Equal("web", await ServiceAsync(("X-Canary", "maybe")));
        Assert.Equal("web", await ServiceAsync(("X-Canary", "always")));

        // Needs backtracking, and so a time limit: what takes too long goes to the primary, whatever the weight.
        await CanaryAsync(("canary-by-header", "X-Canary"), ("canary-by-header-pattern", @"^(?=(a+)+$)\1x"), ("canary-weight", "100"));
        await AwaitAsync("beta", ("X-Canary", "b"));
        Assert.Equal("web", await ServiceAsync(("X-Canary", new string('a', 5000) + "!")));
    }

    [Fact]
    public async Task Canary_by_header_pattern_that_is_none_leaves_requests_with_the_header_to_the_other_side()
    {
        await StartAsync(
            ("canary-by-header", "X-Canary"), ("canary-by-header-pattern", "[][**da?$&*"), ("canary-by-cookie", "canary"));
        await AwaitAsync("web");
        Assert.Equal("web", await ServiceAsync(("X-Canary", "always"), ("Cookie", "canary=always")));
        Assert.Equal("beta", await ServiceAsync(("Cookie", "canary=always")));
    }

    [Fact]
    public async Task One_canary_counts_for_a_path_and_only_for_the_same_path_type()
    {
        await StartAsync(("canary-weight", "100"));
        await AwaitAsync("beta");
        await Namespace.StartAppAsync("gamma");
        await Namespace.ApplyAsync(
            "late", Host, [("Prefix", "/", "gamma"), ("Exact", "/exact", "gamma")], ("canary", "true"), ("canary-weight", "100"));
        // No Ingress has the exact path, so that it is no route; for the other the older canary counts, as long as it is there.
        Assert.Equal("beta", (await Gateway.GetAsync(Host, "/exact")).Service);
        Assert.Equal("beta", await ServiceAsync());
        await Namespace.DeleteAsync<V1Ingress>("beta");
        await AwaitAsync("gamma");
    }

    [Fact]
    public async Task A_canary_alone_serves_nothing_and_one_of_another_namespace_serves()
    {
        await Namespace.StartAppAsync("web");
        await using var other = await TestNamespace.CreateAsync(Cluster);
        await other.StartAppAsync("beta");
        await other.ApplyAsync("beta", Host, [("Prefix", "/", "beta")], ("canary", "true"), ("canary-weight", "100"));
        Assert.Equal(404, (await Gateway.GetAsync(Host)).Code);
        await Namespace.ApplyAsync("web", Host, [("Prefix", "/", "web")]);
        await AwaitAsync("beta");
    }

    [Fact]
    public async Task A_canary_without_endpoints_takes_nothing_and_a_primary_without_any_answers_503()
    {
        await StartAsync(("canary-weight", "100"));
        await AwaitAsync("beta");
        await Namespace.SetEndpointsAsync("beta");
        await AwaitAsync("web");
        await Namespace.SetEndpointsAsync("web");
        await Gateway.UntilAsync(Host, "/", answer => answer.Code == 503);
    }

    [Fact]
    public async Task Nothing_but_its_rules_counts_of_a_canary()
    {
        await Namespace.StartAppAsync("web");
        await Namespace.StartAppAsync("beta");
        await Namespace.ApplyIngressAsync("web", Host, ("Prefix", "/", "web"));
        await Namespace.ApplyAsync(
            "beta", Host, [("Prefix", "/", "beta")], ("canary", "true"), ("canary-weight", "100"), ("auth-type", "basic"),
            ("backend-protocol", "HTTPS"));
        await AwaitAsync("beta");

        // And no canary leads around what protects the path.
        await Namespace.ApplyAsync("web", Host, [("Prefix", "/", "web")], ("auth-type", "basic"));
        await Gateway.UntilAsync(Host, "/", answer => answer.Code is 401 or 503);
    }

    [Fact]
    public async Task What_the_canary_took_is_counted_apart()
    {
        await Namespace.StartAppAsync("web");
        await Namespace.StartAppAsync("beta");
        await Namespace.ApplyAsync("web", Host, [("Prefix", "/", "web")]);
        await CanaryAsync(("canary-by-header", "X-Canary"));
        // All that are ever served: what is over for its client is counted a moment later, so that no figure is a beginning.
        var served = new Dictionary<string, int> { ["web"] = 0, ["beta"] = 0 };
        async Task<string?> AskAsync(params (string, string)[] headers)
        {
            var service = await ServiceAsync(headers);
            if (service is not null)
                served[service]++;
            return service;
        }
        await Wait.UntilAsync(async () => await AskAsync(("X-Canary", "always")) == "beta", "the canary serves");
        for (var i = 0; i < 3; i++)
            Assert.Equal("beta", await AskAsync(("X-Canary", "always")));
        Assert.Equal("web", await AskAsync());
        await Wait.UntilAsync(
            async () => (await CountAsync(""), await CountAsync($"{Namespace.Name}-beta-80")) == (served["web"], served["beta"]),
            "all are counted");
    }

    private async Task<double> CountAsync(string canary)
    {
        using var client = new HttpClient();
        var metrics = await client.GetStringAsync(
            $"http://127.0.0.1:{Cluster.Controller.AdminPort}/metrics", TestContext.Current.CancellationToken);
        return metrics.Split('\n')
            .Where(line => line.StartsWith("yarp_ingress_controller_requests{", StringComparison.Ordinal)
                && line.Contains($"host=\"{Host}\"", StringComparison.Ordinal)
                && line.Contains($"canary=\"{canary}\"", StringComparison.Ordinal)
                && line.Contains("status=\"200\"", StringComparison.Ordinal)
                // Series are those of the Ingress whose requests the canary shares.
                && line.Contains("ingress=\"web\",service=\"web\"", StringComparison.Ordinal))
            .Sum(line => double.Parse(line.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture));
    }

    private async Task StartAsync(params (string, string)[] rules)
    {
        await Namespace.StartAppAsync("web");
        await Namespace.StartAppAsync("beta");
        await Namespace.ApplyIngressAsync("web", Host, ("Prefix", "/", "web"));
        // Once it takes everything it is there, and what comes next is a change that shows.
        await CanaryAsync(("canary-weight", "100"));
        await AwaitAsync("beta");
        await CanaryAsync(rules);
    }

    private Task CanaryAsync(params (string, string)[] rules) =>
        Namespace.ApplyAsync("beta", Host, [("Prefix", "/", "beta")], [("canary", "true"), .. rules]);

    private Task AwaitAsync(string service, params (string, string)[] headers) => Wait.UntilAsync(
        async () =>
        {
            // So many that a weight of before, which may last for a moment, does not do it by chance.
            for (var i = 0; i < 12; i++)
                if (await ServiceAsync(headers) != service)
                    return false;
            return true;
        },
        $"{service} serves");

    private async Task<string?> ServiceAsync(params (string, string)[] headers) => (await Gateway.GetAsync(Host, "/", headers)).Service;

    private async Task<int> CanariesAsync()
    {
        var canaries = 0;
        for (var i = 0; i < Requests; i++)
            canaries += await ServiceAsync() == "beta" ? 1 : 0;
        return canaries;
    }
}
