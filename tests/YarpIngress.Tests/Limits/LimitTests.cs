using System.Diagnostics;
using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using YarpIngress.Tests.Answers;
using YarpIngress.Tests.Proxy;

namespace YarpIngress.Tests.Limits;

/// <summary>The <c>limit-*</c> annotations and keys over sockets, with pods behind both forwarders.</summary>
[Collection(nameof(AnswersCluster))]
public sealed class LimitTests(AnswersCluster cluster)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("web")]
    [InlineData("h2")]
    public async Task Limit_rpm_lets_the_burst_and_one_through_and_counts_all_hosts_and_paths_of_the_Ingress(string service)
    {
        var host = await ServeAsync(service, ("limit-rpm", "2"), ("limit-burst-multiplier", "3"));
        var statuses = new List<int>();
        for (var i = 0; i < 9; i++)
            statuses.Add((await cluster.SendAsync(i % 2 == 0 ? host : "also." + host, $"/{i}")).Status);
        Assert.Equal([200, 200, 200, 200, 200, 200, 200, 503, 503], statuses);

        // A change of something else forgives nothing.
        await ApplyAsync(
            host, service, ("limit-rpm", "2"), ("limit-burst-multiplier", "3"), ("custom-http-errors", "418"),
            ("limit-connections", "100"));
        await cluster.ApplyIngressAsync("h-after." + host, "web");
        await cluster.UntilAsync("h-after." + host, answer => answer.Status == 200);
        Assert.Equal(503, (await cluster.SendAsync(host)).Status);
        // Only taking the limit away does.
        await ApplyAsync(host, service);
        await cluster.UntilAsync(host, answer => answer.Status == 200);
    }

    [Fact]
    public async Task Limit_rps_answers_503_above_the_burst_and_each_Ingress_counts_for_itself()
    {
        var host = await ServeAsync("web", ("limit-rps", "1"), ("limit-burst-multiplier", "30"));
        var other = await ServeAsync("web", ("limit-rps", "1"), ("limit-burst-multiplier", "30"));
        // So many at once that a slow machine's seconds do not let all of them through.
        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => cluster.SendAsync(host)));
        Assert.InRange(answers.Count(answer => answer.Status == 200), 31, 150);
        Assert.All(answers, answer => Assert.True(answer.Status is 200 or 503, $"{answer}"));
        Assert.Equal(200, (await cluster.SendAsync(other)).Status);
    }

    [Fact]
    public async Task Limit_allowlist_and_limit_whitelist_have_no_limits()
    {
        foreach (var name in (string[])["limit-allowlist", "limit-whitelist"])
        {
            var free = await ServeAsync("web", ("limit-rpm", "1"), ("limit-burst-multiplier", "1"), (name, "10.0.0.0/8, 127.0.0.0/8"));
            for (var i = 0; i < 5; i++)
                Assert.Equal(200, (await cluster.SendAsync(free)).Status);
            var limited = await ServeAsync("web", ("limit-rpm", "1"), ("limit-burst-multiplier", "1"), (name, "10.0.0.0/8"));
            Assert.Equal([200, 200, 503], await StatusesAsync(limited, 3));
        }
    }

    [Theory]
    [InlineData("limit-rps", "many")]
    [InlineData("limit-rpm", "-1")]
    [InlineData("limit-connections", "")]
    public async Task A_limit_that_is_none_closes_the_routes_until_it_is_repaired(string name, string value)
    {
        var host = await cluster.AddHostAsync("web", (name, value));
        await cluster.UntilAsync(host, answer => answer.Status == 503);
        await cluster.ApplyIngressAsync(host, "web", (name, "1000"));
        await cluster.UntilAsync(host, answer => answer.Status == 200);
    }

    [Theory]
    [InlineData("1.1", HttpProtocols.Http1)]
    [InlineData("2.0", HttpProtocols.Http2)]
    public async Task Limit_connections_counts_open_requests_and_each_stream_of_HTTP_2(string version, HttpProtocols protocols)
    {
        var service = $"held-{version[0]}";
        var (open, release) = (0, new TaskCompletionSource());
        await cluster.AddPodAsync(service, async context =>
        {
            if (context.Request.Path == "/held")
            {
                Interlocked.Increment(ref open);
                await release.Task.WaitAsync(context.RequestAborted);
            }
        }, protocols, protocols is HttpProtocols.Http2 ? "kubernetes.io/h2c" : null);
        var host = await cluster.AddHostAsync(service, ("limit-connections", "2"), ("limit-burst-multiplier", "7"));
        using var client = Clients.To(cluster.Controller.HttpPort, Version.Parse(version));
        var held = new[] { client.GetAsync($"http://{host}/held", Ct), client.GetAsync($"http://{host}/held", Ct) };
        await Wait.UntilAsync(() => Task.FromResult(Volatile.Read(ref open) == 2), "two open requests");

        using (var third = await client.GetAsync($"http://{host}/", Ct))
            Assert.Equal(HttpStatusCode.ServiceUnavailable, third.StatusCode);
        release.SetResult();
        foreach (var answer in await Task.WhenAll(held))
            answer.Dispose();
        // What was refused was not counted, and what is over is not any more.
        await Wait.UntilAsync(async () =>
        {
            using var answer = await client.GetAsync($"http://{host}/", Ct);
            return answer.StatusCode == HttpStatusCode.OK;
        }, "room again");
    }

    [Fact]
    public async Task A_client_that_went_away_has_no_open_requests()
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await cluster.AddPodAsync("waits", async context =>
        {
            if (context.Request.Path != "/held")
                return;
            reached.TrySetResult();
            await new TaskCompletionSource().Task.WaitAsync(context.RequestAborted);
        });
        var host = await cluster.AddHostAsync("waits", ("limit-connections", "1"));
        using (var gone = new CancellationTokenSource())
        {
            using var client = Clients.To(cluster.Controller.HttpPort, HttpVersion.Version11);
            var held = client.GetAsync($"http://{host}/held", gone.Token);
            await reached.Task.WaitAsync(Wait.Deadline, Ct);
            Assert.Equal(503, (await cluster.SendAsync(host)).Status);
            await gone.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => held);
        }
        await cluster.UntilAsync(host, answer => answer.Status == 200);
    }

    [Fact]
    public async Task Limit_req_status_code_and_limit_conn_zone_variable_apply_live()
    {
        var host = await ServeAsync("web", ("limit-rpm", "1"), ("limit-burst-multiplier", "1"));
        Assert.Equal([200, 200, 503], await StatusesAsync(host, 3));
        try
        {
            await cluster.ApplyAsync(
                "ConfigMap", "answers-settings", "data", ("limit-req-status-code", "429"), ("limit-conn-zone-variable", "$http_x_client"));
            await cluster.UntilAsync(host, answer => answer.Status == 200);
            // Whom nothing tells apart has no limits; with a name there are some.
            var named = new List<int>();
            for (var i = 0; i < 3; i++)
                named.Add((await cluster.SendAsync(host, headers: [("X-Client", "a")])).Status);
            Assert.Equal([200, 200, 429], named);
            Assert.Equal(200, (await cluster.SendAsync(host, headers: [("X-Client", "b")])).Status);
        }
        finally
        {
            await cluster.ApplyAsync("ConfigMap", "answers-settings", "data");
            await cluster.UntilAsync(host, answer => answer.Status == 503);
        }
    }

    [Fact]
    public async Task Limit_conn_status_code_is_what_too_many_connections_are_answered()
    {
        var (reached, release) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new TaskCompletionSource());
        await cluster.AddPodAsync("held-code", async context =>
        {
            if (context.Request.Path != "/held")
                return;
            reached.TrySetResult();
            await release.Task.WaitAsync(context.RequestAborted);
        });
        var host = await cluster.AddHostAsync("held-code", ("limit-connections", "1"));
        try
        {
            var held = cluster.SendAsync(host, "/held");
            await reached.Task.WaitAsync(Wait.Deadline, Ct);
            Assert.Equal(503, (await cluster.SendAsync(host)).Status);
            await cluster.ApplyAsync("ConfigMap", "answers-settings", "data", ("limit-conn-status-code", "429"));
            await cluster.UntilAsync(host, answer => answer.Status == 429);
            await cluster.ApplyAsync("ConfigMap", "answers-settings", "data");
            // The next test begins as this one did.
            await cluster.UntilAsync(host, answer => answer.Status == 503);
            release.SetResult();
            Assert.Equal(200, (await held).Status);
        }
        finally
        {
            release.TrySetResult();
            await cluster.ApplyAsync("ConfigMap", "answers-settings", "data");
        }
    }

    [Fact]
    public async Task Limit_burst_multiplier_is_5_unless_it_is_a_number()
    {
        foreach (var annotations in ((string, string)[][])[[("limit-rpm", "1")], [("limit-rpm", "1"), ("limit-burst-multiplier", "many")]])
        {
            var host = await ServeAsync("web", annotations);
            Assert.Equal([200, 200, 200, 200, 200, 200, 503], await StatusesAsync(host, 7));
        }
    }

    [Fact]
    public async Task Limit_rpm_and_limit_rps_both_count_before_addresses_and_passwords()
    {
        await cluster.ApplyAsync("Secret", "limited-users", "stringData", ("auth", "ada:{PLAIN}pw"));
        foreach (var (refused, protection) in ((int, (string, string)[])[])
            [(401, [("auth-type", "basic"), ("auth-secret", "limited-users")]), (403, [("whitelist-source-range", "10.0.0.0/8")])])
        {
            var host = await ServeAsync("web", [("limit-rpm", "1"), ("limit-rps", "100"), ("limit-burst-multiplier", "1"), .. protection]);
            Assert.Equal([refused, refused, 503], await StatusesAsync(host, 3));
        }
    }

    [Theory]
    [InlineData("web-large")]
    [InlineData("h2-large")]
    public async Task Limit_rate_sends_an_answer_slowly_and_whole(string service)
    {
        var bytes = new byte[96 * 1024];
        Random.Shared.NextBytes(bytes);
        var isHttp2 = service[0] == 'h';
        await cluster.AddPodAsync(
            service, context => context.Response.Body.WriteAsync(bytes, context.RequestAborted).AsTask(),
            isHttp2 ? HttpProtocols.Http2 : HttpProtocols.Http1, isHttp2 ? "kubernetes.io/h2c" : null);
        // A pod that may not be silent for as long as a piece of its answer takes, and one that may.
        foreach (var (rate, after, timeout) in (IEnumerable<(string, string, string)>)[("30", "0", "1"), ("48", "24", "60")])
        {
            var host = await cluster.AddHostAsync(
                service, ("limit-rate", rate), ("limit-rate-after", after), ("proxy-read-timeout", timeout), ("proxy-buffers-number", "1"));
            using var client = Clients.To(cluster.Controller.HttpPort, HttpVersion.Version11);
            async Task<(HttpStatusCode Status, double Seconds, byte[] Body)> AskAsync()
            {
                var begin = Stopwatch.GetTimestamp();
                using var answer = await client.GetAsync($"http://{host}/", Ct);
                var got = await answer.Content.ReadAsByteArrayAsync(Ct);
                return (answer.StatusCode, Stopwatch.GetElapsedTime(begin).TotalSeconds, got);
            }

            // On a busy machine the pod's first byte may take longer than it may.
            var (status, seconds, body) = await Wait.ForAsync(AskAsync, one => one.Status != HttpStatusCode.GatewayTimeout, "an answer");
            Assert.Equal(HttpStatusCode.OK, status);
            // The bytes that have to be waited for; no machine is so slow that it takes less.
            var least = (96.0 - int.Parse(after)) / int.Parse(rate);
            Assert.True(seconds >= least - 0.1, "it came too fast");
            Assert.Equal(bytes, body);
        }
    }

    private async Task<string> ServeAsync(string service, params (string Name, string Value)[] annotations)
    {
        // Live before it has limits, so that waiting for it costs none of them.
        var host = await cluster.AddHostAsync(service);
        await ApplyAsync(host, service);
        await cluster.UntilAsync("also." + host, answer => answer.Status == 200);
        await ApplyAsync(host, service, annotations);
        await WaitForAsync(host, annotations);
        return host;
    }

    /// <summary>Until the route of the host has the limits, which asking it would use up.</summary>
    private Task WaitForAsync(string host, (string Name, string Value)[] annotations) => Wait.UntilAsync(
        async () =>
        {
            var (_, explanation) = await cluster.Bed.AdminAsync(cluster.Controller, $"/api/explain?url=http://also.{host}/");
            return explanation.Contains("\"limits\"", StringComparison.Ordinal);
        }, $"limits of {host}: {string.Join(", ", annotations)}");

    private Task ApplyAsync(string host, string service, params (string Name, string Value)[] annotations)
    {
        var lines = string.Concat(annotations.Select(one => $"    nginx.ingress.kubernetes.io/{one.Name}: '{one.Value}'\n"));
        string Rule(string name) =>
            $"{{host: {name}, http: {{paths: [{{path: /, pathType: Prefix, backend: {{service: {{name: {service}, port: {{number: 80}}}}}}}}]}}}}";
        return cluster.Bed.ApplyAsync($$"""
            apiVersion: networking.k8s.io/v1
            kind: Ingress
            metadata:
              name: {{host.Split('.')[0]}}
              namespace: default
              annotations:
                example.com/nothing: "1"
            {{lines}}spec:
              ingressClassName: yarp
              rules: [{{Rule(host)}}, {{Rule("also." + host)}}]
            """);
    }

    private async Task<List<int>> StatusesAsync(string host, int count)
    {
        var statuses = new List<int>();
        for (var i = 0; i < count; i++)
            statuses.Add((await cluster.SendAsync(host)).Status);
        return statuses;
    }
}
