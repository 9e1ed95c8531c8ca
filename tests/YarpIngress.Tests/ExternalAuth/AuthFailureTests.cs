using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using YarpIngress.Tests.Answers;
using YarpIngress.Tests.Proxy;
using YarpIngress.Tests.Upstream;

namespace YarpIngress.Tests.ExternalAuth;

/// <summary><c>auth-url</c>: a service that does not answer as it should lets nobody through.</summary>
[Collection(nameof(AuthCollection))]
public sealed class AuthFailureTests(AnswersCluster cluster)
{
    private const string Ok = "HTTP/1.1 200 OK\r\n";
    private static int _pods;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static TheoryData<string> Broken() =>
    [
        "", "nonsense\r\n\r\n", "HTTP/1.1 200", Ok, $"{Ok}Content-Length: 0\r\n", "HTTP/1.1 2000 OK\r\n\r\n", "HTTP/1.1 099 OK\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n", $"{Ok}Broken header\r\n\r\n",
        "HTTP/2 200\r\n\r\n",
        $"{Ok}{string.Concat(Enumerable.Repeat("X-Long: 0123456789012345678901234567890123456789\r\n", 3000))}\r\n",
        "HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/\r\nContent-Length: 0\r\n\r\n",
        "\u0016\u0003\u0001",
    ];

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task What_is_no_answer_is_500(string answer)
    {
        await using var service = RawOrigin.Answering(answer);
        await RefusesAsync(500, Url("http", service.EndPoint.Port));
    }

    [Theory]
    [InlineData("http://127.0.0.1:1/")]
    [InlineData("http://nowhere.invalid/")]
    [InlineData("http://[::1]:1/")]
    [InlineData("https://127.0.0.1:1/")]
    public Task A_dead_service_is_500(string url) => RefusesAsync(500, url);

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 200 OK\r\nX-A: ")]
    public async Task A_slow_service_is_500_after_proxy_read_timeout(string beginning)
    {
        await using var service = new RawOrigin(async (stream, ct) =>
        {
            await RawOrigin.ReadHeadAsync(stream, ct);
            await stream.WriteAsync(Encoding.ASCII.GetBytes(beginning), ct);
            await new TaskCompletionSource().Task.WaitAsync(ct);
        });
        await RefusesAsync(500, Url("http", service.EndPoint.Port), ("proxy-read-timeout", "1"));
    }

    [Fact]
    public async Task Tls_that_is_none_is_500()
    {
        await using var service = new RawOrigin(async (stream, ct) => await stream.WriteAsync(Encoding.ASCII.GetBytes($"{Ok}\r\n"), ct));
        await RefusesAsync(500, Url("https", service.EndPoint.Port));
    }

    [Fact]
    public async Task A_service_of_many_answers_is_believed_the_final_one()
    {
        await using var service = RawOrigin.Answering(
            "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
        await RefusesAsync(403, Url("http", service.EndPoint.Port));
    }

    [Fact]
    public async Task A_body_without_end_is_not_waited_for()
    {
        await using var service = new RawOrigin(async (stream, ct) =>
        {
            await RawOrigin.ReadHeadAsync(stream, ct);
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"{Ok}Connection: close\r\n\r\n"), ct);
            var chunk = new byte[64 * 1024];
            while (true)
                await stream.WriteAsync(chunk, ct);
        });
        var host = await cluster.AddHostAsync("web", ("auth-url", Url("http", service.EndPoint.Port)));
        for (var i = 0; i < 5; i++)
            Assert.Equal(200, (await cluster.SendAsync(host)).Status);
    }

    [Fact]
    public async Task Over_tls_the_service_is_asked_without_looking_at_its_certificate()
    {
        await using var server = await AuthServer.StartAsync(configure: TlsPods.Serve);
        var host = await cluster.AddHostAsync("web", ("auth-url", $"{server.Url}/?status=$arg_s"));
        Assert.Equal(200, (await cluster.SendAsync(host, "/?s=200")).Status);
        Assert.Equal(401, (await cluster.SendAsync(host, "/?s=401")).Status);
    }

    [Fact]
    public async Task A_service_that_comes_back_lets_requests_pass_again()
    {
        var isDown = true;
        await using var service = new RawOrigin(async (stream, ct) =>
        {
            if (Volatile.Read(ref isDown))
                return;
            await RawOrigin.ReadHeadAsync(stream, ct);
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"{Ok}Content-Length: 0\r\nConnection: close\r\n\r\n"), ct);
        });
        var host = await cluster.AddHostAsync("web", ("auth-url", Url("http", service.EndPoint.Port)));
        Assert.Equal(500, (await cluster.SendAsync(host)).Status);
        Volatile.Write(ref isDown, false);
        Assert.Equal(200, (await cluster.SendAsync(host)).Status);
    }

    [Fact]
    public async Task When_the_client_goes_away_nobody_waits_for_the_service()
    {
        var given = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await AuthServer.StartAsync(async context =>
        {
            if (!context.Request.Headers.ContainsKey("X-Wait"))
                return;
            given.TrySetResult();
            using var registration = context.RequestAborted.Register(gone.SetResult);
            await gone.Task.WaitAsync(Wait.Deadline, Ct);
        });
        var host = await cluster.AddHostAsync("web", ("auth-url", server.Url));
        using (var client = await RawClient.ConnectAsync(cluster.Controller.HttpPort))
        {
            await client.SendAsync($"GET / HTTP/1.1\r\nHost: {host}\r\nX-Wait: 1\r\n\r\n");
            await given.Task.WaitAsync(Wait.Deadline, Ct);
        }
        await gone.Task.WaitAsync(Wait.Deadline, Ct);
    }

    private async Task RefusesAsync(int status, string url, params (string Name, string Value)[] annotations)
    {
        var asked = 0;
        var service = string.Create(CultureInfo.InvariantCulture, $"guarded-{Interlocked.Increment(ref _pods)}");
        await cluster.AddPodAsync(service, context =>
        {
            Interlocked.Increment(ref asked);
            return context.Response.WriteAsync("open", context.RequestAborted);
        });
        var host = await cluster.AddHostAsync(service, [("auth-url", url), .. annotations]);
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => cluster.SendAsync(host)));
        Assert.All(answers, answer => Assert.Equal(status, answer.Status));
        Assert.Equal(0, asked);
    }

    private static string Url(string scheme, int port) => string.Create(CultureInfo.InvariantCulture, $"{scheme}://127.0.0.1:{port}/");
}
