using System.Net;
using YarpIngress.Tests.Proxy;

namespace YarpIngress.Tests.NamedPolicies;

/// <summary><c>rate-limiter-policy</c> and <c>rate-limiter-policies</c> over sockets.</summary>
[Collection(nameof(PolicyCluster))]
public sealed class RateLimiterTests(PolicyCluster cluster)
{
    private const string Name = "rate-limiter-policy";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_fixed_window_answers_429_and_says_when_to_come_back()
    {
        var host = await cluster.ServeAsync("web", (Name, "fixed"));
        Assert.Equal([200, 200, 200, 429, 429], await cluster.StatusesAsync(host, 5));
        var refused = await cluster.SendAsync(host);
        Assert.InRange(int.Parse(refused["Retry-After"]!), 1, 3600);

        // A change of something else forgives nothing; another policy counts anew, and disable does not count.
        await cluster.AnnotateAsync(host, "web", (Name, "fixed"), ("custom-http-errors", "418"));
        Assert.Equal(429, (await cluster.SendAsync(host)).Status);
        await cluster.AnnotateAsync(host, "web", (Name, "sliding"));
        Assert.Equal([200, 200, 503], await cluster.StatusesAsync(host, 3));
        await cluster.AnnotateAsync(host, "web", (Name, "disable"));
        Assert.Equal([200, 200, 200, 200], await cluster.StatusesAsync(host, 4));
    }

    [Fact]
    public async Task Each_Ingress_counts_for_itself()
    {
        var (one, other) = (await cluster.ServeAsync("web", (Name, "sliding")), await cluster.ServeAsync("h2", (Name, "sliding")));
        Assert.Equal([200, 200, 503], await cluster.StatusesAsync(one, 3));
        Assert.Equal([200, 200, 503], await cluster.StatusesAsync(other, 3));
    }

    [Fact]
    public async Task Requests_wait_for_tokens_and_all_get_theirs()
    {
        var host = await cluster.ServeAsync("web", (Name, "bucket"));
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => cluster.SendAsync(host)));
        Assert.All(answers, answer => Assert.Equal(200, answer.Status));
    }

    [Fact]
    public async Task A_definition_that_is_changed_or_broken_applies_live()
    {
        var host = await cluster.ServeAsync("web", (Name, "sliding"));
        Assert.Equal([200, 200, 503], await cluster.StatusesAsync(host, 3));
        try
        {
            await cluster.DefineAsync("rate-limiter-policies", "sliding: {Type: Concurrency, PermitLimit: 100}");
            await cluster.UntilAsync(host, answer => answer.Status == 200);
            Assert.All(await cluster.StatusesAsync(host, 6), status => Assert.Equal(200, status));
            await cluster.DefineAsync("rate-limiter-policies", "sliding: {Type: Sliding}\nother: {Type: Concurrency, PermitLimit: 1}");
            await cluster.UntilAsync(host, answer => answer.Status == 503);
            await cluster.DefineAsync("rate-limiter-policies", "sliding: {Type: Concurrency, PermitLimit: 100}");
            await cluster.UntilAsync(host, answer => answer.Status == 200);
        }
        finally
        {
            await cluster.DefineAsync();
        }
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Concurrency_refuses_what_is_open_too_many_and_a_queue_has_the_next_one_wait(string version)
    {
        foreach (var policy in new[] { "concurrent", "queue" })
        {
            var service = $"held-{policy}-{version[0]}";
            var (open, release) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new TaskCompletionSource());
            await cluster.AddPodAsync(service, async context =>
            {
                if (context.Request.Path != "/held")
                    return;
                open.TrySetResult();
                await release.Task.WaitAsync(context.RequestAborted);
            });
            var host = await cluster.ServeAsync(service, (Name, policy));
            using var client = Clients.To(cluster.Controller.HttpPort, Version.Parse(version));
            var held = client.GetAsync($"http://{host}/held", Ct);
            await open.Task.WaitAsync(Wait.Deadline, Ct);
            if (policy == "concurrent")
            {
                using var refused = await client.GetAsync($"http://{host}/", Ct);
                Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            }
            else
            {
                // One of two waits and the other is refused.
                using var gone = new CancellationTokenSource();
                var both = new[] { client.GetAsync($"http://{host}/", gone.Token), client.GetAsync($"http://{host}/", gone.Token) };
                var refused = await Task.WhenAny(both).WaitAsync(Wait.Deadline, Ct);
                Assert.Equal(HttpStatusCode.ServiceUnavailable, (await refused).StatusCode);
                await gone.CancelAsync();
                await Assert.ThrowsAnyAsync<OperationCanceledException>(() => both.Single(one => one != refused));
            }
            release.SetResult();
            using (var first = await held)
                Assert.Equal(HttpStatusCode.OK, first.StatusCode);
            await Wait.UntilAsync(async () => (await cluster.SendAsync(host)).Status == 200, "room again");
        }
    }

    [Fact]
    public async Task Explain_says_what_is_counted()
    {
        var host = await cluster.ServeAsync("web", (Name, "fixed"));
        Assert.Contains(
            ("rate limiter", "3 requests in a window of 01:00:00, else 429, for each address of a client"),
            await cluster.ExplainAsync(host));
    }

    [Theory]
    [InlineData("broken")]
    [InlineData("nobody-defined-it")]
    public async Task A_policy_that_is_none_closes_the_route(string policy)
    {
        await cluster.DefineAsync();
        var host = await cluster.AddHostAsync("web");
        await cluster.AnnotateAsync(host, "web", (Name, policy));
        await cluster.UntilAsync(host, answer => answer.Status == 503);
        await cluster.AnnotateAsync(host, "web", (Name, "disable"));
        await cluster.UntilAsync(host, answer => answer.Status == 200);
    }
}
