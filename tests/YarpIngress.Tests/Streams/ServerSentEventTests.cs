using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using YarpIngress.Tests.Proxy;

namespace YarpIngress.Tests.Streams;

/// <summary>Server-sent events through annotated routes: each is there before the next is sent, buffered or not.</summary>
[Collection(nameof(StreamsCluster))]
public sealed class ServerSentEventTests(StreamsCluster cluster)
{
    private static readonly ConcurrentDictionary<string, SemaphoreSlim> Next = new();
    private static readonly SemaphoreSlim Once = new(1);
    private static bool _isServed;

    public static MatrixTheoryData<string, string> Cases => new(
        StreamsCluster.Names.Select(row => row.Data), ["events", "events-tls"]);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Events_arrive_one_by_one(string scenario, string service)
    {
        await ServeAsync();
        var host = service == "events"
            ? await cluster.HostAsync(service, scenario)
            : await cluster.HostAsync(service, scenario, ("backend-protocol", "HTTPS"));
        foreach (var version in (string[])["1.1", "2.0"])
        {
            var name = Guid.NewGuid().ToString("N");
            var next = Next[name] = new SemaphoreSlim(0);
            using var client = Clients.To(cluster.Controller.HttpPort, Version.Parse(version));
            client.DefaultRequestHeaders.Add("Accept", "text/event-stream");
            client.DefaultRequestHeaders.Add("Accept-Encoding", "br, gzip");
            using var answer = await client.GetAsync(
                $"http://{host}{cluster.Get(scenario).Prefix}/{name}", HttpCompletionOption.ResponseHeadersRead,
                Ct).WaitAsync(Wait.Deadline, Ct);
            Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
            Assert.Empty(answer.Content.Headers.ContentEncoding);
            using var events = new StreamReader(await answer.Content.ReadAsStreamAsync(Ct));
            for (var number = 0; number < 5; number++)
            {
                next.Release();
                Assert.Equal($"data: {number}", await LineAsync(events));
                Assert.Equal("", await LineAsync(events));
            }
            next.Release();
            Assert.Null(await LineAsync(events));
            Next.TryRemove(name, out _);
        }
    }

    private async Task ServeAsync()
    {
        await Once.WaitAsync(Ct);
        try
        {
            if (!_isServed)
                await cluster.AddPodsAsync("events", SpeakAsync);
            _isServed = true;
        }
        finally
        {
            Once.Release();
        }
    }

    private static async Task SpeakAsync(HttpContext context)
    {
        if (!Next.TryGetValue(context.Request.Path.Value!.TrimStart('/'), out var next))
            return;
        context.Response.ContentType = "text/event-stream";
        await context.Response.Body.FlushAsync(context.RequestAborted);
        for (var number = 0; number < 5; number++)
        {
            await next.WaitAsync(context.RequestAborted);
            await context.Response.WriteAsync($"data: {number}\n\n", context.RequestAborted);
        }
        await next.WaitAsync(context.RequestAborted);
    }

    private static Task<string?> LineAsync(StreamReader events) => events.ReadLineAsync(Ct).AsTask().WaitAsync(Wait.Deadline, Ct);
}
