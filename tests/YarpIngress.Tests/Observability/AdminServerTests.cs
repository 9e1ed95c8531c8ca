using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using YarpIngress.Observability.Admin;
using YarpIngress.Observability.Metrics;
using YarpIngress.Options;

namespace YarpIngress.Tests.Observability;

public sealed class AdminServerTests : IAsyncLifetime, IDisposable
{
    private readonly HttpClient _client = new();
    private PartHealth[] _health = [new("loop controller", true, "running")];
    private PartHealth[] _ready = [new("sync", true, "done")];
    private AdminServer? _server;

    public async ValueTask InitializeAsync()
    {
        var options = new ControllerOptions { HealthzPort = 0, HealthzHosts = [IPAddress.Loopback], HealthCheckPath = "alive" };
        var source = new AdminSource(() => _health, () => _ready, new MetricsEndpoint(new MetricRegistry("x_", [])).AnswerAsync, _ => Task.CompletedTask);
        _server = await AdminServer.StartAsync(options, source, NullLoggerFactory.Instance, TestContext.Current.CancellationToken);
        _client.BaseAddress = new Uri($"http://127.0.0.1:{_server.Port}");
    }

    [Fact]
    public async Task Healthy_and_ready_answer_ok()
    {
        Assert.Equal((200, "ok\n"), await GetAsync("/healthz"));
        Assert.Equal((200, "ok\n"), await GetAsync("/readyz"));
        Assert.Equal((200, "[+]sync: done\nreadyz check passed\n"), await GetAsync("/readyz?verbose"));
    }

    [Fact]
    public async Task The_health_check_path_answers_as_healthz_does()
    {
        Assert.Equal((200, "ok\n"), await GetAsync("/alive"));
        _health = [new("loop status", false, "stopped")];
        Assert.Equal((500, "[-]loop status: stopped\nhealthz check failed\n"), await GetAsync("/alive"));
        Assert.Equal(500, (await GetAsync("/healthz")).Status);
    }

    [Fact]
    public async Task What_fails_is_named()
    {
        _health = [new("loop controller", true, "running"), new("loop status", false, "stopped")];
        _ready = [new("sync", false, "waiting for services")];
        Assert.Equal((500, "[+]loop controller: running\n[-]loop status: stopped\nhealthz check failed\n"), await GetAsync("/healthz"));
        Assert.Equal((503, "[-]sync: waiting for services\nreadyz check failed\n"), await GetAsync("/readyz"));
    }

    [Fact]
    public async Task Metrics_are_served_in_the_text_format()
    {
        using var answer = await _client.GetAsync("/metrics", TestContext.Current.CancellationToken);
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", answer.Content.Headers.ContentType?.ToString());
        Assert.False(answer.Headers.Contains("Server"));
    }

    [Fact]
    public async Task Other_paths_and_methods_are_refused()
    {
        Assert.Equal(404, (await GetAsync("/nothing")).Status);
        using var answer = await _client.PostAsync("/healthz", null, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
    }

    public void Dispose() => _client.Dispose();

    private async Task<(int Status, string Text)> GetAsync(string path)
    {
        using var answer = await _client.GetAsync(path, TestContext.Current.CancellationToken);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
