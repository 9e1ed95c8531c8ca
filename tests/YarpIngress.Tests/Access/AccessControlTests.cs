using YarpIngress.Tests.Answers;

namespace YarpIngress.Tests.Access;

/// <summary><c>satisfy</c>: how the checks of a route go together.</summary>
[Collection(nameof(AccessCluster))]
public sealed class AccessControlTests(AccessCluster cluster)
{
    private const string Here = "127.0.0.0/8";
    private const string Elsewhere = "192.0.2.0/24";

    [Theory]
    // The list, whether the password is right, and what comes of it.
    [InlineData("all", Here, true, 200)]
    [InlineData("all", Here, false, 401)]
    [InlineData("all", Elsewhere, true, 403)]
    [InlineData("all", Elsewhere, false, 403)]
    [InlineData("any", Here, true, 200)]
    [InlineData("any", Here, false, 200)]
    [InlineData("any", Elsewhere, true, 200)]
    [InlineData("any", Elsewhere, false, 401)]
    [InlineData("", Here, false, 401)]
    [InlineData("neither", Here, false, 401)]
    public async Task The_list_and_the_password_go_together_as_satisfy_says(string satisfy, string list, bool isRight, int status)
    {
        await cluster.ApplySecretAsync("satisfied", ("auth", "ada:{PLAIN}pw"));
        var host = await cluster.AddHostAsync(
            "web", [("auth-type", "basic"), ("auth-secret", "satisfied"), ("whitelist-source-range", list),
                .. satisfy.Length > 0 ? [("satisfy", satisfy)] : Array.Empty<(string, string)>()]);
        var answer = await Wait.ForAsync(
            () => SendAsync(host, isRight ? "pw" : "wrong"), answer => answer.Status == status, $"{satisfy} {list}");
        Assert.Equal(status == 401, answer["WWW-Authenticate"] is not null);
        // Whoever lets it in, the pod does not get the password.
        Assert.Null(answer.Sent("Authorization"));
    }

    [Theory]
    [InlineData("all", 403, 403)]
    [InlineData("any", 401, 200)]
    public async Task A_deny_list_alone_lets_nobody_in(string satisfy, int without, int with)
    {
        await cluster.ApplySecretAsync("denied", ("auth", "ada:{PLAIN}pw"));
        var host = await cluster.AddHostAsync(
            "web", ("auth-type", "basic"), ("auth-secret", "denied"), ("denylist-source-range", Here), ("satisfy", satisfy));
        await Wait.ForAsync(() => SendAsync(host, "wrong"), answer => answer.Status == without, satisfy);
        Assert.Equal(with, (await SendAsync(host, "pw")).Status);

        // Not on the list is not the same as let in.
        var other = await cluster.AddHostAsync(
            "web", ("auth-type", "basic"), ("auth-secret", "denied"), ("denylist-source-range", Elsewhere), ("satisfy", satisfy));
        await Wait.ForAsync(() => SendAsync(other, "wrong"), answer => answer.Status == 401, satisfy);
        Assert.Equal(200, (await SendAsync(other, "pw")).Status);
    }

    [Fact]
    public async Task Paths_of_no_auth_locations_are_not_open_to_all_addresses()
    {
        await cluster.ApplySecretAsync("listed", ("auth", "ada:{PLAIN}pw"));
        await cluster.Bed.ApplyAsync($$"""
            apiVersion: networking.k8s.io/v1
            kind: Ingress
            metadata:
              name: listed
              namespace: default
              annotations:
                nginx.ingress.kubernetes.io/auth-type: basic
                nginx.ingress.kubernetes.io/auth-secret: listed
                nginx.ingress.kubernetes.io/whitelist-source-range: {{Elsewhere}}
            spec:
              ingressClassName: yarp
              rules:
              - host: listed.example.com
                http: {paths: [{path: /.well-known/acme-challenge, pathType: Prefix, backend: {service: {name: web, port: {number: 80} } } } ] }
            """);
        await cluster.UntilAsync("listed.example.com", answer => answer.Status == 403, "/.well-known/acme-challenge/x");
    }

    private Task<Answer> SendAsync(string host, string password) => cluster.SendAsync(host, headers: AccessCluster.Login("ada", password));
}
