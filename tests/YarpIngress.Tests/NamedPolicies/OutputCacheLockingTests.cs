using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace YarpIngress.Tests.NamedPolicies;

/// <summary>Requests that come at once for an answer that an <c>output-cache-policy</c> does not have yet, over sockets.</summary>
[Collection(nameof(PolicyCluster))]
public sealed class OutputCacheLockingTests(PolicyCluster cluster)
{
    private const string Name = "output-cache-policy";
    private const int Others = 8;
    private static int _services;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(HttpProtocols.Http1)]
    [InlineData(HttpProtocols.Http2)]
    public async Task One_asks_the_pod_and_the_others_get_what_it_got(HttpProtocols protocols)
    {
        var pod = await AddPodAsync(protocols);
        var host = await cluster.ServeAsync(pod.Service, (Name, "hour"));
        var first = cluster.SendAsync(host, "/held?h=ETag:%22v1%22");
        await pod.UntilAskedAsync(1);
        var others = Enumerable.Range(0, Others).Select(_ => cluster.SendAsync(host, "/held?h=ETag:%22v1%22")).ToList();
        var conditional = cluster.SendAsync(host, "/held?h=ETag:%22v1%22", headers: ("If-None-Match", "\"v1\""));
        await UntilWaitingAsync(Others + 1);
        // Another key waits for nobody.
        var beside = await cluster.SendAsync(host, "/beside");
        pod.Release();

        var body = (await first).Body;
        Assert.All(await Task.WhenAll(others), answer => Assert.Equal((200, body), (answer.Status, answer.Body)));
        Assert.Equal((304, ""), ((await conditional).Status, (await conditional).Body));
        Assert.Equal(body, (await cluster.SendAsync(host, "/held?h=ETag:%22v1%22")).Body);
        Assert.NotEqual(body, beside.Body);
        Assert.Equal(1, pod.Held);
        await UntilCountsAsync(host, ("shared", Others + 1), ("hit", 1), ("miss", 2), ("bypass", 0));
    }

    [Theory]
    [InlineData("/held?h=Set-Cookie:a%3Db")]
    [InlineData("/held?h=Cache-Control:no-store")]
    [InlineData("/held?status=404")]
    [InlineData("/held?h=Content-Type:text/event-stream")]
    [InlineData("/held-large")]
    [InlineData("/held-cut")]
    public async Task An_answer_that_is_not_for_all_lets_each_ask_for_his_own(string target)
    {
        var pod = await AddPodAsync();
        var host = await cluster.ServeAsync(pod.Service, (Name, target == "/held-large" ? "varied" : "hour"));
        var first = AskAsync(host, target);
        await pod.UntilAskedAsync(1);
        var others = Enumerable.Range(0, Others).Select(_ => AskAsync(host, target)).ToList();
        await UntilWaitingAsync(Others);
        pod.Release();
        await Task.WhenAll([first, .. others]);
        // An answer that is cut off before its head was heard may be asked for again.
        if (target == "/held-cut")
            Assert.InRange(pod.Held, Others + 1, int.MaxValue);
        else
            Assert.Equal(Others + 1, pod.Held);
    }

    [Fact]
    public async Task When_its_client_goes_away_one_of_the_others_asks()
    {
        var pod = await AddPodAsync();
        var host = await cluster.ServeAsync(pod.Service, (Name, "hour"));
        using var client = new HttpClient();
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{cluster.Controller.HttpPort}/held");
        request.Headers.Host = host;
        var first = client.SendAsync(request, leaving.Token);
        await pod.UntilAskedAsync(1);
        var others = Enumerable.Range(0, Others).Select(_ => cluster.SendAsync(host, "/held")).ToList();
        await UntilWaitingAsync(Others);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        await pod.UntilAskedAsync(2);
        pod.Release();
        var answers = await Task.WhenAll(others);
        Assert.Single(answers.Select(answer => (answer.Status, answer.Body)).Distinct());
        Assert.Equal(2, pod.Held);
        // Who leaves while he waits is nobody's loss.
        Assert.Equal(0, await WaitingAsync());
    }

    [Fact]
    public async Task A_pod_that_hangs_holds_the_others_for_a_while_only()
    {
        var pod = await AddPodAsync();
        var host = await cluster.ServeAsync(pod.Service, (Name, "hour"));
        var first = cluster.SendAsync(host, "/held");
        await pod.UntilAskedAsync(1);
        var second = cluster.SendAsync(host, "/held");
        // As soon as it has waited long enough.
        await pod.UntilAskedAsync(2);
        pod.Release();
        Assert.NotEqual((await first).Body, (await second).Body);
        Assert.Equal(200, (await cluster.SendAsync(host, "/held")).Status);
        Assert.Equal(2, pod.Held);
    }

    [Fact]
    public async Task With_Locking_false_nobody_waits()
    {
        var pod = await AddPodAsync();
        var host = await cluster.ServeAsync(pod.Service, (Name, "alone"));
        var answers = Enumerable.Range(0, Others).Select(_ => cluster.SendAsync(host, "/held")).ToList();
        await pod.UntilAskedAsync(Others);
        pod.Release();
        await Task.WhenAll(answers);
        Assert.Contains(
            ("output cache", "for 01:00:00, by the whole query, up to 1048576 bytes, without waiting for each other"),
            await cluster.ExplainAsync(host));
    }

    [Fact]
    public async Task Who_may_not_have_anothers_answer_waits_for_nobody_and_is_counted_so()
    {
        var pod = await AddPodAsync();
        var host = await cluster.ServeAsync(pod.Service, (Name, "hour"));
        var first = cluster.SendAsync(host, "/held", headers: ("Cookie", "a=b"));
        var second = cluster.SendAsync(host, "/held", headers: ("Cookie", "a=c"));
        await pod.UntilAskedAsync(2);
        pod.Release();
        await Task.WhenAll(first, second);
        await UntilCountsAsync(host, ("bypass", 2), ("hit", 0), ("shared", 0), ("miss", 0));
    }

    private async Task AskAsync(string host, string target)
    {
        try
        {
            await cluster.SendAsync(host, target);
        }
        catch (HttpRequestException) when (target == "/held-cut")
        {
            // What was cut off is told so.
        }
    }

    private async Task UntilWaitingAsync(int count) =>
        await Wait.ForAsync(WaitingAsync, waiting => waiting == count, $"{count} requests that wait");

    private async Task<int> WaitingAsync() => (int)await ValueAsync("yarp_ingress_controller_output_cache_waiting_requests", "");

    private async Task UntilCountsAsync(string host, params (string Result, int Count)[] counts)
    {
        foreach (var (result, count) in counts)
            await Wait.ForAsync(
                () => ValueAsync("yarp_ingress_controller_output_cache_requests_total", $"result=\"{result}\"", $"host=\"{host}\""),
                value => value == count, $"{count} of {result}");
    }

    /// <summary>The value of a series; 0 when it is not there.</summary>
    private async Task<double> ValueAsync(string metric, params string[] labels)
    {
        var (_, text) = await cluster.Bed.AdminAsync(cluster.Controller, "/metrics");
        var line = text.Split('\n').FirstOrDefault(line =>
            line.StartsWith(metric, StringComparison.Ordinal) && labels.All(label => line.Contains(label, StringComparison.Ordinal)));
        return line is null ? 0 : double.Parse(line[(line.LastIndexOf(' ') + 1)..], System.Globalization.CultureInfo.InvariantCulture);
    }

    private async Task<HeldPod> AddPodAsync(HttpProtocols protocols = HttpProtocols.Http1)
    {
        var pod = new HeldPod($"held-{Interlocked.Increment(ref _services)}");
        await cluster.AddPodAsync(pod.Service, pod.AnswerAsync, protocols, protocols is HttpProtocols.Http2 ? "kubernetes.io/h2c" : null);
        return pod;
    }

    /// <summary>A pod that says something else each time, and what is held only once it is released.</summary>
    private sealed class HeldPod(string service)
    {
        private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _count;
        private int _held;

        public string Service { get; } = service;

        public int Held => Volatile.Read(ref _held);

        public void Release() => _released.SetResult();

        public Task UntilAskedAsync(int times) => Wait.UntilAsync(() => Held == times, $"the pod is asked {times} times");

        public async Task AnswerAsync(HttpContext context)
        {
            var path = context.Request.Path.Value!;
            if (path.StartsWith("/held", StringComparison.Ordinal))
            {
                Interlocked.Increment(ref _held);
                await _released.Task.WaitAsync(context.RequestAborted);
            }
            context.Response.StatusCode = int.TryParse(context.Request.Query["status"], out var status) ? status : 200;
            foreach (var header in context.Request.Query["h"])
                context.Response.Headers.Append(header!.Split(':', 2)[0], header.Split(':', 2)[1]);
            var text = $"{Interlocked.Increment(ref _count)}" + (path.EndsWith("large", StringComparison.Ordinal) ? new string('.', 3000) : "");
            await context.Response.WriteAsync(text, context.RequestAborted);
            if (!path.EndsWith("cut", StringComparison.Ordinal))
                return;
            await context.Response.Body.FlushAsync(context.RequestAborted);
            context.Abort();
        }
    }
}
