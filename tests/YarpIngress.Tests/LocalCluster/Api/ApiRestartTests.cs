using System.Net;
using System.Net.Http.Headers;
using YarpIngress.LocalCluster.Api;

namespace YarpIngress.Tests.LocalCluster.Api;

/// <summary>A second run where the first one's kubeconfig lies: clients of the first one go on.</summary>
public sealed class ApiRestartTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("api-restart-");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Kubeconfig => Path.Combine(_directory.FullName, "kubeconfig");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task Clients_of_the_run_before_are_let_in_and_told_that_their_history_is_gone()
    {
        await using var first = await StartAsync(port: 0);
        using var byToken = ApiServerFixture.Client(first);
        byToken.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", first.Token);
        using var byCertificate = ApiServerFixture.Client(first, withCertificate: true);
        var before = first.Operations.Store.Revision;
        await first.StopAsync(Cancel);

        await using var second = await StartAsync(first.Port);
        Assert.Equal(HttpStatusCode.OK, (await byToken.GetAsync("/api/v1/namespaces", Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await byCertificate.GetAsync("/api/v1/namespaces", Cancel)).StatusCode);
        var watch = await byToken.GetStringAsync($"/api/v1/namespaces?watch=true&resourceVersion={before}", Cancel);
        Assert.Contains("\"code\":410", watch);
        Assert.Equal(second.Kubeconfig, await File.ReadAllTextAsync(Kubeconfig, Cancel));
    }

    [Theory]
    [InlineData("")]
    [InlineData("not: [a kubeconfig")]
    [InlineData("{apiVersion: v1, kind: Config, clusters: 7, users: [{name: yarp-ingress-local-token, user: {token: known}}]}")]
    public async Task Any_other_file_is_replaced(string text)
    {
        await File.WriteAllTextAsync(Kubeconfig, text, Cancel);
        await using var host = await StartAsync(port: 0);
        Assert.NotEqual("known", host.Token);
        Assert.Equal(host.Kubeconfig, await File.ReadAllTextAsync(Kubeconfig, Cancel));
    }

    private Task<ApiServerHost> StartAsync(int port) =>
        ApiServerHost.StartAsync(new ApiServerOptions { Port = port, KubeconfigPath = Kubeconfig }, Cancel);
}
