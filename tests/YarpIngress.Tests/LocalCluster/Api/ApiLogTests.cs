using YarpIngress.Kubernetes;

namespace YarpIngress.Tests.LocalCluster.Api;

/// <summary>A pod's log, asked for by its last lines.</summary>
public sealed class ApiLogTests(ApiServerFixture server) : IClassFixture<ApiServerFixture>, IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("pod-log-");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private string Log => Path.Combine(_directory.FullName, "log");

    public void Dispose() => _directory.Delete(recursive: true);

    [Theory]
    [InlineData("one\ntwo\nthree\n", 2, "two\nthree\n")]
    [InlineData("one\ntwo\nthr", 2, "two\nthr")]
    [InlineData("one\n", 2, "one\n")]
    [InlineData("one\n\n", 1, "\n")]
    [InlineData("one\n", 0, "")]
    [InlineData("", 2, "")]
    public async Task The_last_lines_are_as_many_as_were_asked_for(string written, int lines, string expected)
    {
        await File.WriteAllTextAsync(Log, written, Ct);
        Assert.Equal(expected, (await LastAsync(await PodAsync(), lines)).Text);
    }

    [Fact]
    public async Task Lines_written_meanwhile_are_not_among_the_last()
    {
        await File.WriteAllTextAsync(Log, "", Ct);
        var pod = await PodAsync();
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var writing = Task.Run(() => WriteUntil(enough.Token), Ct);
        for (var time = 0; time < 20; time++)
            Assert.InRange((await LastAsync(pod, 2)).Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length, 0, 2);
        await enough.CancelAsync();
        await writing;
    }

    private void WriteUntil(CancellationToken enough)
    {
        using var log = new StreamWriter(new FileStream(Log, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete));
        log.AutoFlush = true;
        // Bounded: each answer reads the log from its start.
        for (var line = 0; line < 100_000 && !enough.IsCancellationRequested; line++)
            log.Write("a line of a pod that has much to say\n");
    }

    private async Task<string> PodAsync()
    {
        var name = await server.NamespaceAsync();
        (await server.PostAsync(
            $"/api/v1/namespaces/{name}/pods",
            """{"metadata":{"name":"talks"},"spec":{"containers":[{"name":"only","image":"any"}]}}""")).Is(201);
        server.Host.Operations.LogFileOf = pod => pod == new ObjectKey(name, "talks") ? Log : null;
        return $"/api/v1/namespaces/{name}/pods/talks/log";
    }

    private async Task<Answer> LastAsync(string path, int lines) => (await server.GetAsync($"{path}?tailLines={lines}")).Is(200);
}
