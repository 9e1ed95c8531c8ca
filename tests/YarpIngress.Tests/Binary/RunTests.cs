using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using YarpIngress.Tests.Controller;
using YarpIngress.Tests.Proxy;

namespace YarpIngress.Tests.Binary;

public sealed class RunTests
{
    private static readonly string[] Ports =
        ["--http-port=0", "--https-port=0", "--healthz-port=0", "--bind-address=127.0.0.1", "--healthz-host=127.0.0.1"];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SIGTERM_lets_open_requests_finish_and_exits_with_0()
    {
        await using var bed = await TestBed.StartAsync();
        var arrived = new TaskCompletionSource();
        var answer = new TaskCompletionSource();
        await using var pod = await Origin.StartAsync(async context =>
        {
            arrived.TrySetResult();
            await answer.Task;
            await context.Response.WriteAsync("done");
        });
        await bed.ApplyServiceAsync("web", pod.EndPoint);
        await bed.ApplyIngressAsync("web", "web.example", "web");
        await using var process = ControllerProcess.Start(
            ["--kubeconfig", bed.Server.KubeconfigPath!, "--post-shutdown-grace-period=60s", .. Ports]);
        var (http, admin) = await process.PortsAsync();
        using var client = new HttpClient();
        await Wait.UntilAsync(async () => (await AskAsync(client, admin, "/readyz")).Status == 200, "ready process");

        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{http}/");
        request.Headers.Host = "web.example";
        var open = client.SendAsync(request, Ct);
        await arrived.Task.WaitAsync(Wait.Deadline, Ct);
        await process.SignalAsync("TERM", Ct);
        await Wait.UntilAsync(async () => (await AskAsync(client, admin, "/readyz")).Status == 503, "not ready");
        Assert.Equal(200, (await AskAsync(client, admin, "/healthz")).Status);
        answer.SetResult();
        using var done = await open;
        Assert.Equal("done", await done.Content.ReadAsStringAsync(Ct));
        Assert.Equal(0, await process.ExitAsync(Ct));
        Assert.Equal("", process.Errors);
        // Every line is one JSON object, but for those of the access log.
        var lines = process.Output.Split('\n').ToLookup(line => line.StartsWith('{'));
        foreach (var line in lines[true])
            Assert.NotNull(JsonNode.Parse(line)?["message"]);
        Assert.Single(lines[false], line => line.Contains("\"GET / HTTP/1.1\" 200 4 ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_a_collector_nothing_of_OpenTelemetry_is_loaded()
    {
        await using var bed = await TestBed.StartAsync();
        await using var pod = await Origin.StartAsync("web");
        await bed.ApplyServiceAsync("web", pod.EndPoint);
        await bed.ApplyIngressAsync("web", "web.example", "web");
        await using var process = ControllerProcess.Start(["--kubeconfig", bed.Server.KubeconfigPath!, .. Ports]);
        var (http, admin) = await process.PortsAsync();
        using var client = new HttpClient();
        await Wait.UntilAsync(async () => (await AskAsync(client, admin, "/readyz")).Status == 200, "ready process");
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{http}/");
        request.Headers.Host = "web.example";
        using var answer = await client.SendAsync(request, Ct);
        Assert.Equal("web", await answer.Content.ReadAsStringAsync(Ct));
        var maps = await process.MapsAsync(Ct);
        Assert.Contains("Yarp.ReverseProxy.dll", maps);
        Assert.DoesNotContain("OpenTelemetry", maps);
    }

    [Fact]
    public async Task SIGUSR1_opens_the_file_of_the_access_log_anew_and_ends_nothing()
    {
        await using var bed = await TestBed.StartAsync();
        var directory = Directory.CreateTempSubdirectory("yarp-ingress-log-");
        try
        {
            var file = Path.Combine(directory.FullName, "access.log");
            await bed.ApplyAsync($$"""
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: global, namespace: default}
                data: {access-log-path: {{file}}}
                """);
            await bed.ApplyIngressAsync("web", "web.example", "web");
            await using var process = ControllerProcess.Start(
                ["--kubeconfig", bed.Server.KubeconfigPath!, "--configmap=default/global", "--post-shutdown-grace-period=1s", .. Ports]);
            var (http, admin) = await process.PortsAsync();
            using var client = new HttpClient();
            await Wait.UntilAsync(async () => (await AskAsync(client, admin, "/readyz")).Status == 200, "ready process");
            await LoggedAsync("/before");
            File.Move(file, file + ".1");
            await process.SignalAsync("USR1", Ct);
            await LoggedAsync("/after");
            await process.SignalAsync("TERM", Ct);
            Assert.Equal(0, await process.ExitAsync(Ct));

            Task LoggedAsync(string path) => Wait.UntilAsync(async () =>
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{http}{path}");
                request.Headers.Host = "web.example";
                using var answer = await client.SendAsync(request, Ct);
                return File.Exists(file) && (await File.ReadAllTextAsync(file, Ct)).Contains(path, StringComparison.Ordinal);
            }, $"line of {path}");
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_second_signal_ends_the_grace_period()
    {
        await using var bed = await TestBed.StartAsync();
        await using var process = ControllerProcess.Start(
            ["--kubeconfig", bed.Server.KubeconfigPath!, "--shutdown-grace-period=1h", .. Ports]);
        var (_, admin) = await process.PortsAsync();
        using var client = new HttpClient();
        await process.SignalAsync("INT", Ct);
        await Wait.UntilAsync(async () => (await AskAsync(client, admin, "/readyz")).Body.Contains("[-]shutdown"), "not ready");
        await process.SignalAsync("TERM", Ct);
        Assert.Equal(0, await process.ExitAsync(Ct));
    }

    [Fact]
    public async Task Without_an_API_server_the_process_lives_and_says_so()
    {
        await using var bed = await TestBed.StartAsync();
        await bed.Server.StopAsync(Ct);
        await using var process = ControllerProcess.Start(
            [
                "--kubeconfig", bed.Server.KubeconfigPath!, "--sync-period=1m", "--profiling",
                "--post-shutdown-grace-period=1", .. Ports,
            ]);
        var (_, admin) = await process.PortsAsync();
        using var client = new HttpClient();
        await Wait.UntilAsync(
            async () => (await AskAsync(client, admin, "/readyz")).Body.Contains("[-]informer ingresses: not connected since"), "detail");
        Assert.Equal(200, (await AskAsync(client, admin, "/healthz")).Status);
        await process.SignalAsync("TERM", Ct);
        Assert.Equal(0, await process.ExitAsync(Ct));
        Assert.Contains("Flags without meaning here are ignored: --profiling, --sync-period", process.Output);
    }

    [Fact]
    public async Task No_way_to_an_API_server_is_one_line_and_exit_code_2()
    {
        await using var process = ControllerProcess.Start(["--kubeconfig", "/nonexistent/kubeconfig", .. Ports]);
        Assert.Equal(2, await process.ExitAsync(Ct));
        Assert.StartsWith("yarp-ingress: ", process.Errors);
        Assert.Contains("/nonexistent/kubeconfig", process.Errors);
        Assert.DoesNotContain('\n', process.Errors);
    }

    private static async Task<(int Status, string Body)> AskAsync(HttpClient client, string port, string path)
    {
        using var answer = await client.GetAsync($"http://127.0.0.1:{port}{path}", Ct);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(Ct));
    }
}
