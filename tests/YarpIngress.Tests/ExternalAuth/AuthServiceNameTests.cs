using System.Net;
using System.Net.Sockets;
using YarpIngress.Kubernetes;
using YarpIngress.Pipeline.ExternalAuth;
using YarpIngress.Tests.EndToEnd;

namespace YarpIngress.Tests.ExternalAuth;

/// <summary><c>auth-url</c> with the name of a Service.</summary>
public sealed class AuthServiceNameTests(TestCluster cluster) : AnnotatedTest(cluster)
{
    [Fact]
    public async Task A_Service_of_the_cluster_is_asked_by_its_name()
    {
        _ = Cluster.Local;
        await Namespace.StartAppAsync("app");
        await Namespace.StartAppAsync("auth");
        var host = Namespace.Host("named");
        var url = $"http://auth.{Namespace.Name}.svc.cluster.local/?hx_status=$arg_s&hx_h=X-User:%20jane";
        await ApplyAsync("named", host, "app", tls: false, [("auth-url", url), ("auth-response-headers", "X-User")]);
        var passed = await UntilAsync(host, "/?s=200", 200);
        Assert.Equal(("app", "jane"), (passed.Service, passed.PodHeader("X-User")));
        Assert.Equal(401, (await Gateway.GetAsync(host, "/?s=401")).Code);
        Assert.Equal(500, (await Gateway.GetAsync(host, "/?s=503")).Code);
    }

    [Theory]
    [InlineData("auth.team.svc.cluster.local", "team/auth")]
    [InlineData("Auth.Team.SVC", "team/auth")]
    [InlineData("auth.team.svc.example.org.", "team/auth")]
    [InlineData("auth.team", null)]
    [InlineData("auth", null)]
    [InlineData("pod.auth.team.svc", null)]
    [InlineData("auth.example.com", null)]
    public void Names_of_Services_are_known(string name, string? service) =>
        Assert.Equal(service, ClusterNames.ServiceOf(name)?.ToString());

    [Fact]
    public async Task What_is_not_known_here_is_asked_elsewhere()
    {
        var names = new ClusterNames
        {
            ServiceAddress = key => key == new ObjectKey("team", "auth") ? "10.1.2.3" : key.Name == "headless" ? "None" : null,
            Resolver = (name, _) => name.StartsWith("headless", StringComparison.Ordinal)
                ? Task.FromResult<IPAddress[]>([IPAddress.Parse("10.9.9.9")])
                : throw new SocketException((int)SocketError.HostNotFound),
        };
        var ct = TestContext.Current.CancellationToken;
        Assert.Equal("10.1.2.3", (await names.ResolveAsync("auth.team.svc.cluster.local", ct)).Single().ToString());
        Assert.Equal("10.9.9.9", (await names.ResolveAsync("headless.team.svc", ct)).Single().ToString());
        Assert.Equal("::1", (await names.ResolveAsync("::1", ct)).Single().ToString());
        await Assert.ThrowsAsync<SocketException>(() => names.ResolveAsync("auth.other.svc", ct));
    }
}
