using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using YarpIngress.Tests.Proxy;

namespace YarpIngress.Tests.Controller;

public sealed class ScopeTests
{
    [Fact]
    public async Task Namespaces_come_and_go_with_their_labels()
    {
        await using var bed = await TestBed.StartAsync();
        await using var pod = await Origin.StartAsync("web");
        await ApplyNamespaceAsync(bed, "in", "web");
        await ApplyNamespaceAsync(bed, "out", "db");
        foreach (var ns in (string[])["in", "out"])
        {
            await bed.ApplyServiceAsync("web", pod.EndPoint, ns);
            await bed.ApplyIngressAsync("web", $"{ns}.example", "web", ns: ns);
        }
        var controller = await bed.StartReadyControllerAsync(o => o with { WatchNamespaceSelector = "team=web" });
        Assert.Equal(
            (200, 404), ((await bed.GetAsync(controller, "in.example")).Status, (await bed.GetAsync(controller, "out.example")).Status));

        await ApplyNamespaceAsync(bed, "out", "web");
        await Wait.UntilAsync(async () => (await bed.GetAsync(controller, "out.example")).Status == 200, "second namespace");
        await ApplyNamespaceAsync(bed, "in", "db");
        await Wait.UntilAsync(async () => (await bed.GetAsync(controller, "in.example")).Status == 404, "first namespace gone");
    }

    [Fact]
    public async Task One_namespace_is_watched_and_what_flags_name_elsewhere_is_found()
    {
        await using var bed = await TestBed.StartAsync();
        await using var pod = await Origin.StartAsync("web");
        await using var fallback = await Origin.StartAsync("fallback");
        await ApplyNamespaceAsync(bed, "one", "a");
        await ApplyNamespaceAsync(bed, "two", "a");
        await bed.ApplyServiceAsync("fallback", fallback.EndPoint, "two");
        await bed.ApplyIngressAsync("web", "two.example", "fallback", ns: "two");
        await bed.ApplyServiceAsync("web", pod.EndPoint, "one");
        await bed.ApplyIngressAsync("web", "one.example", "web", ns: "one");

        var controller = await bed.StartReadyControllerAsync(
            o => o with { WatchNamespace = "one", DefaultBackendService = new("two", "fallback") });
        Assert.Equal((200, "web"), await bed.GetAsync(controller, "one.example"));
        Assert.Equal((200, "fallback"), await bed.GetAsync(controller, "two.example"));
        Assert.DoesNotContain("problems{", await SeverityErrorsAsync(bed, controller));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_certificate_in_an_Opaque_Secret_is_read_by_name_whichever_comes_first(bool secretFirst)
    {
        await using var bed = await TestBed.StartAsync();
        var secret = OpaqueSecret();
        const string Ingress = """
            apiVersion: networking.k8s.io/v1
            kind: Ingress
            metadata: {name: web, namespace: default}
            spec:
              ingressClassName: yarp
              tls: [{hosts: [a.example], secretName: cert}]
              rules: [{host: a.example}]
            """;
        await bed.ApplyAsync(secretFirst ? $"{secret}\n---\n{Ingress}" : Ingress);
        var controller = await bed.StartReadyControllerAsync();
        if (!secretFirst)
            await bed.ApplyAsync(secret);
        await Wait.UntilAsync(async () => (await bed.AdminAsync(controller, "/metrics")).Body.Split('\n')
            .Any(line => line.StartsWith("yarp_ingress_controller_certificates{", StringComparison.Ordinal)
                && line.EndsWith(" 1", StringComparison.Ordinal)), "certificate");
    }

    private static string OpaqueSecret()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=a.example", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("a.example");
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return $$"""
            apiVersion: v1
            kind: Secret
            type: Opaque
            metadata: {name: cert, namespace: default}
            data:
              tls.crt: {{Base64(certificate.ExportCertificatePem())}}
              tls.key: {{Base64(key.ExportPkcs8PrivateKeyPem())}}
            """;
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.ASCII.GetBytes(text));

    private static async Task<string> SeverityErrorsAsync(TestBed bed, YarpIngress.Controller.IngressController controller) =>
        string.Join('\n', (await bed.AdminAsync(controller, "/metrics")).Body.Split('\n')
            .Where(line => line.Contains("severity=\"error\"") && !line.EndsWith(" 0", StringComparison.Ordinal)));

    private static Task ApplyNamespaceAsync(TestBed bed, string name, string team) => bed.ApplyAsync($$"""
        apiVersion: v1
        kind: Namespace
        metadata: {name: {{name}}, labels: {team: {{team}} } }
        """);
}
