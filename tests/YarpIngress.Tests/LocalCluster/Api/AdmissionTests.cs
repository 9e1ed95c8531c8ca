using System.Text;
using System.Text.Json.Nodes;
using YarpIngress.Controller.Admission;
using YarpIngress.Kubernetes;
using YarpIngress.Kubernetes.Models;
using YarpIngress.Tests.Controller;

namespace YarpIngress.Tests.LocalCluster.Api;

/// <summary>The local API server calls admission webhooks as a real one does.</summary>
public sealed class AdmissionTests
{
    private const string Configurations = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_webhook_sees_what_is_written_by_whom_and_may_refuse_it()
    {
        await using var bed = await TestBed.StartAsync();
        await using var webhook = await ScriptedWebhook.StartAsync();
        await RegisterAsync(bed, webhook);
        webhook.Answer = request => new JsonObject
        {
            ["allowed"] = (string?)request["object"]?["data"]?["color"] != "red",
            ["warnings"] = new JsonArray("colors are \"out\"", "naïve…"),
            ["status"] = new JsonObject { ["message"] = "no red", ["reason"] = "Forbidden", ["code"] = 403 },
        };
        await bed.Api.CreateAsync(Map("map", "blue"), Ct);
        var seen = webhook.Requests.Single();
        Assert.Equal(("CREATE", "map", "default"), ((string?)seen["operation"], (string?)seen["name"], (string?)seen["namespace"]));
        Assert.Equal(("ConfigMap", "v1"), ((string?)seen["object"]!["kind"], (string?)seen["object"]!["apiVersion"]));
        Assert.Equal("kubernetes-admin", (string?)seen["userInfo"]!["username"]);
        Assert.Null(seen["oldObject"]);

        var error = await Assert.ThrowsAsync<ApiException>(() => bed.Api.ReplaceAsync(Map("map", "red"), Ct));
        Assert.Equal(403, error.StatusCode);
        Assert.EndsWith("admission webhook \"colors.example.com\" denied the request: no red", error.Message, StringComparison.Ordinal);
        seen = webhook.Requests.Last();
        Assert.Equal(
            ("UPDATE", "blue", "red"),
            ((string?)seen["operation"], (string?)seen["oldObject"]!["data"]!["color"], (string?)seen["object"]!["data"]!["color"]));
        Assert.Equal("blue", (await bed.Api.GetAsync<V1ConfigMap>("default", "map", Ct)).Data!["color"]);

        // Refused or not, what it warns of is shown.
        using var kubectl = Kubectl.IsThere ? new Kubectl(bed.Server.KubeconfigPath!) : null;
        if (kubectl is not null)
        {
            var shown = await kubectl.TryAsync("create", "configmap", "other", "--from-literal=color=red");
            Assert.Contains("Warning: colors are \"out\"", shown.Error, StringComparison.Ordinal);
            Assert.Contains("Warning: naïve…", shown.Error, StringComparison.Ordinal);
            Assert.Contains("denied the request: no red", shown.Error, StringComparison.Ordinal);
        }
        webhook.Answer = _ => new JsonObject { ["allowed"] = false };
        error = await Assert.ThrowsAsync<ApiException>(() => bed.Api.CreateAsync(Map("more", "blue"), Ct));
        Assert.EndsWith("denied the request without explanation", error.Message, StringComparison.Ordinal);
        // DELETE is not in its rules.
        await bed.Api.DeleteAsync<V1ConfigMap>("default", "map", Ct);
    }

    [Theory]
    [InlineData("operations: [DELETE], apiGroups: [''], apiVersions: [v1], resources: [configmaps]", "{}", "{}", "DELETE map")]
    [InlineData("operations: ['*'], apiGroups: ['*'], apiVersions: ['*'], resources: ['*']", "{}", "{}", "CREATE map", "UPDATE map", "DELETE map")]
    [InlineData("operations: ['*'], apiGroups: ['*'], apiVersions: ['*'], resources: ['*/status']", "{}", "{}")]
    [InlineData("operations: ['*'], apiGroups: [apps], apiVersions: [v1], resources: ['*']", "{}", "{}")]
    [InlineData("operations: ['*'], apiGroups: [''], apiVersions: [v1], resources: ['*'], scope: Cluster", "{}", "{}")]
    [InlineData("operations: [CREATE], apiGroups: [''], apiVersions: [v1], resources: ['*'], scope: Namespaced", "{}", "{}", "CREATE map")]
    [InlineData("operations: [CREATE], apiGroups: [''], apiVersions: [v1], resources: ['*']", "{matchLabels: {kubernetes.io/metadata.name: default} }", "{}", "CREATE map")]
    [InlineData("operations: [CREATE], apiGroups: [''], apiVersions: [v1], resources: ['*']", "{matchLabels: {kubernetes.io/metadata.name: other} }", "{}")]
    [InlineData("operations: ['*'], apiGroups: [''], apiVersions: [v1], resources: ['*']", "{}", "{matchLabels: {color: red} }", "UPDATE map", "DELETE map")]
    public async Task Rules_and_selectors_say_which_writes_are_asked_about(
        string rule, string namespaceSelector, string objectSelector, params string[] asked)
    {
        await using var bed = await TestBed.StartAsync();
        await using var webhook = await ScriptedWebhook.StartAsync();
        await RegisterAsync(bed, webhook, rule, $"namespaceSelector: {namespaceSelector}, objectSelector: {objectSelector},");
        await bed.Api.CreateAsync(Map("map", "blue"), Ct);
        var labelled = Map("map", "red");
        labelled.Metadata.Labels = new() { ["color"] = "red" };
        await bed.Api.ReplaceAsync(labelled, Ct);
        await bed.Api.DeleteAsync<V1ConfigMap>("default", "map", Ct);
        Assert.Equal(asked, webhook.Requests.Select(request => $"{request["operation"]} {request["name"]}"));
    }

    [Fact]
    public async Task What_happens_without_an_answer_is_the_failure_policy()
    {
        await using var bed = await TestBed.StartAsync();
        await using var webhook = await ScriptedWebhook.StartAsync();
        await RegisterAsync(bed, webhook);
        webhook.Answer = _ => null;
        await RefusedAsync("failed calling webhook \"colors.example.com\": failed to call webhook: an error on the server");
        webhook.Answer = _ => new JsonObject { ["allowed"] = true, ["uid"] = "another" };
        await RefusedAsync("expected response.uid=");
        // Not the authority of its certificate.
        await RegisterAsync(bed, webhook, bundle: SelfMadePair.Make(["localhost"], DateTimeOffset.UtcNow, null).Authorities);
        await RefusedAsync("failed to call webhook: Post \"https://localhost:");
        await RegisterAsync(
            bed, webhook, more: "failurePolicy: Ignore,",
            bundle: SelfMadePair.Make(["localhost"], DateTimeOffset.UtcNow, null).Authorities);
        await bed.Api.CreateAsync(Map("map", "blue"), Ct);
        // A Service that is not there, and what registers webhooks is never asked about.
        await bed.ApplyAsync($$"""
            apiVersion: admissionregistration.k8s.io/v1
            kind: ValidatingWebhookConfiguration
            metadata: {name: all}
            webhooks:
            - name: all.example.com
              clientConfig: {service: {namespace: default, name: missing} }
              rules: [{operations: ['*'], apiGroups: ['*'], apiVersions: ['*'], resources: ['*/*']}]
              sideEffects: None
              admissionReviewVersions: [v1]
            """);
        await RefusedAsync("Post \"https://missing.default.svc/?timeout=10s\": service \"missing\" not found");
        await bed.Api.SendAsync(HttpMethod.Delete, $"{Configurations}/all", null, "", Ct);
        await bed.Api.CreateAsync(Map("other", "blue"), Ct);

        async Task RefusedAsync(string why) => Assert.Contains(
            why, (await Assert.ThrowsAsync<ApiException>(() => bed.Api.CreateAsync(Map("refused", "blue"), Ct))).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("name: short", "should be a domain with at least three segments")]
    [InlineData("sideEffects: Some", "Unsupported value: \"Some\"")]
    [InlineData("timeoutSeconds: 31", "must be between 1 and 30 seconds")]
    [InlineData("admissionReviewVersions: [v1beta1]", "must include at least one of v1")]
    [InlineData("failurePolicy: Open", "Unsupported value: \"Open\"")]
    [InlineData("clientConfig: {}", "exactly one of url or service is required")]
    [InlineData("clientConfig: {url: 'http://a.example'}", "'https' is the only allowed URL scheme")]
    [InlineData("clientConfig: {url: 'https://a.example', caBundle: YQ==}", "unable to load root certificates")]
    [InlineData("rules: [{operations: [READ], apiGroups: ['*'], apiVersions: ['*'], resources: ['*']}]", "Unsupported value: \"READ\"")]
    [InlineData("rules: [{operations: [CREATE]}]", "rules[0].apiGroups: Required value")]
    public async Task Configurations_are_validated(string field, string message)
    {
        await using var bed = await TestBed.StartAsync();
        var webhook = """
            name: a.example.com
            clientConfig: {url: 'https://a.example'}
            rules: [{operations: ['*'], apiGroups: ['*'], apiVersions: ['*'], resources: ['*']}]
            sideEffects: None
            admissionReviewVersions: [v1]
            """.Split('\n').Where(line => !line.StartsWith(field.Split(':')[0] + ":", StringComparison.Ordinal)).Append(field);
        var error = await Assert.ThrowsAsync<ApiException>(() => bed.ApplyAsync(
            "apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingWebhookConfiguration\nmetadata: {name: a}\nwebhooks:\n- "
            + string.Join("\n  ", webhook)));
        Assert.Equal(422, error.StatusCode);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    private static V1ConfigMap Map(string name, string color) => new()
    {
        Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = "default" },
        Data = new() { ["color"] = color },
    };

    private static Task RegisterAsync(
        TestBed bed, ScriptedWebhook webhook,
        string rule = "operations: [CREATE, UPDATE], apiGroups: [''], apiVersions: [v1], resources: [configmaps]", string more = "",
        string? bundle = null) => bed.ApplyAsync($$"""
        apiVersion: admissionregistration.k8s.io/v1
        kind: ValidatingWebhookConfiguration
        metadata: {name: colors}
        webhooks: [{
          name: colors.example.com,
          clientConfig: {url: '{{webhook.Url}}', caBundle: {{Convert.ToBase64String(Encoding.UTF8.GetBytes(bundle ?? webhook.Authorities))}} },
          rules: [{ {{rule}} }], {{more}}
          sideEffects: None,
          admissionReviewVersions: [v1]
        }]
        """);
}
