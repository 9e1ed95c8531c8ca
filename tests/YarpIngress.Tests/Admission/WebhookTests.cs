using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using YarpIngress.Kubernetes;
using YarpIngress.Kubernetes.Models;
using YarpIngress.Tests.Controller;

namespace YarpIngress.Tests.Admission;

/// <summary>The webhook as an API server, kubectl and others meet it.</summary>
public sealed class WebhookTests(AdmissionCluster cluster) : IClassFixture<AdmissionCluster>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private TestBed Bed => cluster.Bed;

    public static TheoryData<string> Kubectls => Kubectl.Binaries;

    private static string Ingress(string ns, string name, string host, string annotations = "{}", string path = "/", string type = "Prefix") => $$"""
        apiVersion: networking.k8s.io/v1
        kind: Ingress
        metadata: {name: {{name}}, namespace: {{ns}}, annotations: {{annotations}} }
        spec:
          ingressClassName: yarp
          rules:
          - host: {{host}}
            http: {paths: [{path: {{path}}, pathType: {{type}}, backend: {service: {name: web, port: {number: 80} } } } ] }
        """;

    [Theory(SkipUnless = nameof(Kubectl.IsThere), SkipType = typeof(Kubectl), Skip = "There is no kubectl.")]
    [MemberData(nameof(Kubectls))]
    public async Task Kubectl_shows_why_an_Ingress_is_refused_and_warns_of_the_rest(string binary)
    {
        var ns = await cluster.NamespaceAsync();
        using var kubectl = new Kubectl(Bed.Server.KubeconfigPath!, binary);
        var first = await kubectl.TryWithInputAsync(Ingress(ns, "first", $"{ns}.example"), "apply", "-f", "-");
        Assert.Equal(0, first.ExitCode);
        Assert.Contains("Warning: spec.rules[0].http.paths[0].backend.service", first.Error, StringComparison.Ordinal);
        Assert.Contains($"Service {ns}/web does not exist", first.Error, StringComparison.Ordinal);

        // The controller has to know of it before it can tell.
        await RefusedAsync(Ingress(ns, "second", $"{ns}.example"), "is already served by Ingress");
        var second = await kubectl.TryWithInputAsync(
            Ingress(ns, "second", $"{ns}.example", "{nginx.ingress.kubernetes.io/rewrite-targt: /x}"), "apply", "-f", "-");
        Assert.Equal(1, second.ExitCode);
        Assert.Contains("admission webhook \"validate.yarp-ingress.dev\" denied the request: ", second.Error, StringComparison.Ordinal);
        Assert.Contains(
            $"spec.rules[0].http.paths[0].path: Prefix path \"/\" of host {ns}.example is already served by Ingress {ns}/first",
            second.Error,
            StringComparison.Ordinal);
        Assert.Contains("Warning: metadata.annotations[nginx.ingress.kubernetes.io/rewrite-targt]", second.Error, StringComparison.Ordinal);
        Assert.Contains("did you mean nginx.ingress.kubernetes.io/rewrite-target?", second.Error, StringComparison.Ordinal);
        Assert.Contains("NotFound", (await kubectl.TryAsync("get", "ingress", "-n", ns, "second")).Error, StringComparison.Ordinal);

        Assert.Contains("yarp-ingress   1", await kubectl.RunAsync("get", "validatingwebhookconfigurations"), StringComparison.Ordinal);
        // kubectl's server-side apply and a dry run ask as well.
        var applied = await kubectl.TryWithInputAsync(
            Ingress(ns, "third", $"{ns}.example"), "apply", "--server-side", "--dry-run=server", "-f", "-");
        Assert.Contains("denied the request", applied.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_update_is_reviewed_when_it_changes_what_is_served()
    {
        var ns = await cluster.NamespaceAsync();
        await Bed.ApplyAsync(Ingress(ns, "one", $"one.{ns}.example"));
        await Bed.ApplyAsync(Ingress(ns, "two", $"two.{ns}.example"));
        await Bed.ApplyAsync(Ingress(ns, "two", $"two.{ns}.example", "{nginx.ingress.kubernetes.io/ssl-redirect: \"false\"}"));
        // The controller has to know of it before it can tell.
        var error = await RefusedAsync(Ingress(ns, "two", $"one.{ns}.example"), "is already served by Ingress");
        Assert.Equal(("BadRequest", 400), (error.Reason, error.StatusCode));
        Assert.Equal(YarpIngress.Translation.Model.ProblemReasons.DuplicatePath, ProblemReason(error));

        // An older one that would take the path of a younger is refused too.
        await RefusedAsync(Ingress(ns, "one", $"two.{ns}.example"), $"with it, of Ingress {ns}/two");
    }

    [Fact]
    public async Task What_changes_nothing_that_is_served_is_let_through()
    {
        var ns = await cluster.NamespaceAsync();
        // Stored past the webhook, as before it was installed.
        var value = ManifestReader.ReadText(Ingress(ns, "old", $"{ns}.example", "{nginx.ingress.kubernetes.io/canary-weight: many}")).Single().Object;
        Bed.Server.Operations.Create(YarpIngress.LocalCluster.Discovery.ResourceCatalog.Ingresses, ns, value);

        var path = V1Ingress.Resource.ObjectPath(ns, "old");
        await Bed.Api.SendAsync(
            HttpMethod.Patch, path, JsonNode.Parse("""{"metadata": {"labels": {"team": "web"}, "finalizers": ["example.com/held"]}}"""),
            "application/merge-patch+json", Ct);
        await Bed.Api.SendAsync(
            HttpMethod.Patch, path + "/status", JsonNode.Parse("""{"status": {"loadBalancer": {"ingress": [{"ip": "192.0.2.1"}]}}}"""),
            "application/merge-patch+json", Ct);
        await RefusedAsync(Ingress(ns, "old", $"www.{ns}.example", "{nginx.ingress.kubernetes.io/canary-weight: many}"), "canary-weight");
        await Bed.Api.DeleteAsync<V1Ingress>(ns, "old", Ct);
        // It is on its way out: whatever it says, the finalizer must go off.
        await Bed.Api.SendAsync(
            HttpMethod.Patch, path, JsonNode.Parse("""{"metadata": {"finalizers": null}, "spec": {"rules": [{"host": "other.example"}]}}"""),
            "application/merge-patch+json", Ct);
        await Assert.ThrowsAsync<ApiException>(() => Bed.Api.GetAsync<V1Ingress>(ns, "old", Ct));
    }

    [Fact]
    public async Task Ingresses_of_other_controllers_are_none_of_its_business()
    {
        var ns = await cluster.NamespaceAsync();
        await Bed.ApplyAsync($"{{apiVersion: networking.k8s.io/v1, kind: IngressClass, metadata: {{name: other-{ns}}}, spec: {{controller: example.com/other}}}}");
        var bad = Ingress(ns, "theirs", $"{ns}.example", "{nginx.ingress.kubernetes.io/canary-weight: many}");
        await Bed.ApplyAsync(bad.Replace("ingressClassName: yarp", $"ingressClassName: other-{ns}", StringComparison.Ordinal));
        await RefusedAsync(bad.Replace("name: theirs", "name: ours", StringComparison.Ordinal), "canary-weight");
    }

    [Fact]
    public async Task Reviews_are_counted()
    {
        var ns = await cluster.NamespaceAsync();
        await RefusedAsync(Ingress(ns, "bad", $"{ns}.example", "{nginx.ingress.kubernetes.io/canary-weight: many}"), "canary-weight");
        var (_, metrics) = await Bed.AdminAsync(cluster.Controller, "/metrics");
        Assert.Matches("""(?m)^yarp_ingress_controller_admission_reviews_total\{[^}]*result="refused"\} [1-9]""", metrics);
        Assert.Matches("""(?m)^yarp_ingress_controller_admission_roundtrip_duration\{[^}]*\} (?!0$)[0-9]""", metrics);
    }

    [Theory]
    [InlineData("GET", "application/json", "{}", 405)]
    [InlineData("POST", "text/plain", "{}", 415)]
    [InlineData("POST", "application/json", "{}", 400)]
    [InlineData("POST", "application/json", "{\"apiVersion\": ", 400)]
    [InlineData("POST", "application/json", "[]", 400)]
    [InlineData("POST", "application/json", """{"apiVersion": "admission.k8s.io/v1beta1", "kind": "AdmissionReview", "request": {"uid": "1"}}""", 400)]
    [InlineData("POST", "application/json", """{"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview"}""", 400)]
    [InlineData("POST", "application/json", """{"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": {"uid": 1}}""", 400)]
    public async Task What_is_no_review_is_answered_so(string method, string type, string body, int status) =>
        Assert.Equal(status, (await SendAsync(method, type, body)).Status);

    [Fact]
    public async Task A_review_that_is_too_large_is_not_read()
    {
        var (status, _) = await SendAsync("POST", "application/json", new string(' ', (8 << 20) + 1));
        Assert.Equal(413, status);
    }

    [Theory]
    [InlineData("""{"uid": "1", "kind": {"group": "", "version": "v1", "kind": "Service"}, "operation": "CREATE", "object": {}}""", true)]
    [InlineData("""{"uid": "1", "kind": {"group": "networking.k8s.io", "version": "v1", "kind": "Ingress"}, "operation": "DELETE", "object": null}""", true)]
    [InlineData("""{"uid": "1", "kind": {"group": "networking.k8s.io", "version": "v1", "kind": "Ingress"}, "operation": "CREATE", "object": {"metadata": {"name": "x"}, "spec": []}}""", false)]
    [InlineData("""{"uid": "1", "kind": {"group": "networking.k8s.io", "version": "v1", "kind": "Ingress"}, "operation": "CREATE", "object": 7}""", false)]
    [InlineData("""{"uid": "1", "kind": {"group": "networking.k8s.io", "version": "v1", "kind": "Ingress"}, "operation": "UPDATE", "object": {"metadata": {"name": "x"}}, "oldObject": []}""", true)]
    public async Task Any_object_is_answered(string request, bool allowed)
    {
        var (status, answer) = await SendAsync(
            "POST", "application/json", $$"""{"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": {{request}}}""");
        Assert.Equal(200, status);
        var response = JsonNode.Parse(answer)!["response"]!;
        Assert.Equal(("1", allowed), ((string?)response["uid"], (bool)response["allowed"]!));
    }

    private async Task<(int Status, string Body)> SendAsync(string method, string type, string body)
    {
        using var client = new HttpClient(new SocketsHttpHandler
        {
            SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true },
        });
        using var request = new HttpRequestMessage(
            new HttpMethod(method), new Uri($"https://127.0.0.1:{cluster.Controller.AdmissionPort}/any"))
        {
            Version = HttpVersion.Version20,
            Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) { Headers = { ContentType = new MediaTypeHeaderValue(type) } },
        };
        using var answer = await client.SendAsync(request, Ct);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(Ct));
    }

    /// <summary>Applies it, which changes nothing, until it is refused for what the controller has to see first.</summary>
    private async Task<ApiException> RefusedAsync(string yaml, string why)
    {
        ApiException? refused = null;
        await Wait.ForAsync(
            async () =>
            {
                try
                {
                    await Bed.Api.SendAsync(
                        HttpMethod.Patch, PathOf(yaml) + "?fieldManager=test&force=true&dryRun=All",
                        ManifestReader.ReadText(yaml).Single().Object,
                        "application/apply-patch+yaml", Ct);
                    return "stored";
                }
                catch (ApiException error)
                {
                    refused = error;
                    return error.Message;
                }
            },
            message => message.Contains(why, StringComparison.Ordinal),
            $"refusal that says {why}");
        return refused!;
    }

    private static string PathOf(string yaml)
    {
        var metadata = ManifestReader.ReadText(yaml).Single().Object["metadata"]!;
        return V1Ingress.Resource.ObjectPath((string?)metadata["namespace"], (string)metadata["name"]!);
    }

    private static string? ProblemReason(ApiException error) => error.Status.Details?.Causes?[0].Reason;
}
