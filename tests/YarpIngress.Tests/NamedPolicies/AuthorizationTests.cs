using YarpIngress.Pipeline.Authorization;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using YarpIngress.Tests.Access;
using YarpIngress.Tests.ClientCertificates;
using YarpIngress.Tests.Proxy;

namespace YarpIngress.Tests.NamedPolicies;

/// <summary><c>authorization-policy</c> and <c>authorization-policies</c> over sockets.</summary>
[Collection(nameof(PolicyCluster))]
public sealed class AuthorizationTests(PolicyCluster cluster)
{
    private const string Name = "authorization-policy";

    [Theory]
    [InlineData("default", 403)]
    [InlineData("known", 403)]
    [InlineData("orders", 403)]
    [InlineData("elsewhere", 403)]
    [InlineData("here", 200)]
    [InlineData("readers", 200)]
    [InlineData("anonymous", 200)]
    [InlineData("ada", 503)]
    [InlineData("team", 503)]
    [InlineData("nobody-defined-it", 503)]
    public async Task Without_any_login(string policy, int status)
    {
        var host = await cluster.ServeAsync("web", (Name, policy));
        await cluster.UntilAsync(host, answer => answer.Status == status);
        Assert.Equal(status, (await cluster.SendAsync(host)).Status);
        if (policy == "readers")
            Assert.Equal(403, (await cluster.SendAsync(host, method: "POST", body: "x")).Status);
    }

    [Fact]
    public async Task Of_those_who_log_in_only_the_users_that_it_names()
    {
        await cluster.ApplyAsync("Secret", "policy-users", "data", ("auth", Convert.ToBase64String("ada:{PLAIN}pw\nbob:{PLAIN}pw"u8)));
        (string, string)[] login = [("auth-type", "basic"), ("auth-secret", "policy-users")];
        var host = await cluster.ServeAsync("web", [.. login, (Name, "ada")]);
        // Until the Secret is read the host stays as it was.
        await cluster.UntilAsync(host, answer => answer.Status == 401);
        await Wait.UntilAsync(
            async () => (await cluster.SendAsync(host, headers: AccessCluster.Login("ada", "pw"))).Status == 200, "ada");
        Assert.Equal(403, (await cluster.SendAsync(host, headers: AccessCluster.Login("bob", "pw"))).Status);
        Assert.Equal(401, (await cluster.SendAsync(host, headers: AccessCluster.Login("ada", "wrong"))).Status);
        Assert.Equal(401, (await cluster.SendAsync(host)).Status);

        // Who is let in by his address has said a name, and nobody has looked at it.
        await cluster.AnnotateAsync(host, "web", [.. login, (Name, "ada"), ("satisfy", "any"), ("allowlist-source-range", "127.0.0.0/8")]);
        await cluster.UntilAsync(host, answer => answer.Status == 403);
        Assert.Equal(403, (await cluster.SendAsync(host, headers: AccessCluster.Login("ada", "wrong"))).Status);

        await cluster.AnnotateAsync(host, "web", [.. login, (Name, "default")]);
        await Wait.UntilAsync(
            async () => (await cluster.SendAsync(host, headers: AccessCluster.Login("bob", "pw"))).Status == 200, "bob");
    }

    [Fact]
    public async Task Of_those_whom_a_service_lets_in_only_those_with_the_claim()
    {
        await using var service = await Origin.StartAsync(context =>
        {
            var groups = context.Request.Headers["X-Asks-For"];
            if (groups.Count > 0)
                context.Response.Headers["X-Groups"] = groups;
            return Task.CompletedTask;
        });
        (string, string)[] judge = [("auth-url", $"http://127.0.0.1:{service.EndPoint.Port}/"), ("auth-response-headers", "X-Groups")];
        var host = await cluster.ServeAsync("web", [.. judge, (Name, "team")]);
        await Wait.UntilAsync(async () => (await cluster.SendAsync(host, headers: ("X-Asks-For", "x, b"))).Status == 200, "a claim");
        Assert.Equal(403, (await cluster.SendAsync(host, headers: ("X-Asks-For", "bb"))).Status);
        Assert.Equal(403, (await cluster.SendAsync(host)).Status);
        // What the client says of itself is no claim.
        Assert.Equal(403, (await cluster.SendAsync(host, headers: ("X-Groups", "a"))).Status);
        await cluster.AnnotateAsync(host, "web", [.. judge, (Name, "known")]);
        await cluster.UntilAsync(host, answer => answer.Status == 200);
    }

    [Fact]
    public async Task Of_those_with_a_certificate_only_the_subjects_that_it_names()
    {
        using var authority = await OpenSslAuthority.CreateAsync("/O=Example/CN=Root");
        using var stranger = await OpenSslAuthority.CreateAsync("/CN=Stranger");
        using var orders = await authority.IssueAsync("/C=DE/O=Example, Inc./CN=orders");
        using var billing = await authority.IssueAsync("/C=DE/O=CN=orders/CN=billing");
        using var strangersOrders = await stranger.IssueAsync("/CN=orders");
        await cluster.ApplyAsync(
            "Secret", "policy-authority", "data", ("ca.crt", Convert.ToBase64String(Encoding.ASCII.GetBytes(authority.CertificatePem))));
        (string, string)[] certificates = [("auth-tls-secret", "default/policy-authority"), ("auth-tls-verify-client", "on")];
        var host = await cluster.ServeAsync("web", [.. certificates, (Name, "orders")]);
        await Wait.ForAsync(() => AskAsync(host, orders), status => status == 200, "CN=orders");
        Assert.Equal(403, await AskAsync(host, billing));
        Assert.Equal(400, await AskAsync(host, strangersOrders));
        Assert.Equal(400, await AskAsync(host, null));

        // A certificate that nobody vouches for names nobody.
        certificates[1] = ("auth-tls-verify-client", "optional_no_ca");
        await cluster.AnnotateAsync(host, "web", [.. certificates, (Name, "orders")]);
        await Wait.ForAsync(() => AskAsync(host, null), status => status == 403, "no certificate");
        Assert.Equal(403, await AskAsync(host, strangersOrders));
        Assert.Equal(403, await AskAsync(host, billing));
        Assert.Equal(200, await AskAsync(host, orders));
    }

    private async Task<int> AskAsync(string host, X509Certificate2? certificate)
    {
        using var client = new SecureClient(cluster.Controller.HttpsPort, host, certificate);
        return (await client.GetAsync()).Code;
    }

    [Fact]
    public void Parts_of_a_subject_end_where_no_escape_says_otherwise()
    {
        Assert.Equal(["CN=orders", "O=A\\, B", "C=de"], SubjectParts.Of("CN=orders,O=A\\, B,C=de"));
        Assert.Equal(["CN=a", "OU=b"], SubjectParts.Of("CN=a+OU=b"));
        Assert.Equal(["CN=a\\\\", "CN=orders"], SubjectParts.Of("CN=a\\\\,CN=orders"));
        Assert.Equal(["CN=a\\"], SubjectParts.Of("CN=a\\"));
        Assert.Equal(["CN=a\\,CN=orders"], SubjectParts.Of("CN=a\\,CN=orders"));
    }
}
