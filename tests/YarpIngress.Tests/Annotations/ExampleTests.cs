using System.Text.Json.Nodes;
using YarpIngress.Tests.Answers;
using YarpIngress.Translation.Ingress.Annotations;

namespace YarpIngress.Tests.Annotations;

/// <summary>
/// Every example of the documentation on an Ingress of its own, served: nothing of it is refused, and the route answers. What
/// protects, and what belongs to it, is in the tests of access, where it also has to refuse.
/// </summary>
[Collection(nameof(AnswersCluster))]
public sealed class ExampleTests(AnswersCluster cluster)
{
    private static IEnumerable<Annotation> Examples => IngressAnnotations.All.Where(
        one => one is { Example: not null, FailsClosed: false } && !one.Name.StartsWith("auth-", StringComparison.Ordinal));

    [Fact]
    public async Task Each_example_is_accepted_and_its_route_answers()
    {
        await cluster.AddEmptyServiceAsync("errors");
        foreach (var one in Examples)
            await ApplyAsync(one);
        var last = await cluster.AddHostAsync("web");
        await cluster.UntilAsync(last, answer => answer.Status == 200);
        var wrong = new List<string>();
        foreach (var one in Examples)
        {
            var host = HostOf(one);
            var answer = await Wait.ForAsync(
                () => cluster.SendAsync(host), answer => answer.Status != 404 || StatusOf(one.Name) == 404, host);
            // Nobody is behind the cluster IPs of this cluster, which takes some time to find out or none.
            var expected = one.Name == "service-upstream" && answer.Status is (502 or 504) ? answer.Status : StatusOf(one.Name);
            if (answer.Status != expected)
                wrong.Add($"{one.Name}: {answer.Status} instead of {expected}");
            var (_, explanation) = await cluster.Bed.AdminAsync(cluster.Controller, $"/api/explain?url=http://{host}/");
            foreach (var problem in JsonNode.Parse(explanation)?["problems"]?.AsArray() ?? [])
                if ((string?)problem?["severity"] == "Error"
                    && ((string?)problem["object"])?.StartsWith("Ingress ", StringComparison.Ordinal) == true)
                    wrong.Add($"{one.Name}: {problem}");
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    /// <summary>What else the Ingress says, so that the annotation means something.</summary>
    private static (string Name, string Value)[] With(string name) => name switch
    {
        _ when name.StartsWith("affinity-", StringComparison.Ordinal) || name.StartsWith("session-cookie-", StringComparison.Ordinal) =>
            name == "affinity-canary-behavior" ? [("canary", "true")] : [("affinity", "cookie")],
        _ when name.StartsWith("canary-", StringComparison.Ordinal) => [("canary", "true")],
        _ when name.StartsWith("cors-", StringComparison.Ordinal) => [("enable-cors", "true")],
        "mirror-host" or "mirror-request-body" => [("mirror-target", "https://mirror.example.com$request_uri")],
        "limit-rate-after" => [("limit-rate", "512")],
        "limit-burst-multiplier" or "limit-allowlist" => [("limit-rps", "10")],
        "permanent-redirect-code" => [("permanent-redirect", "https://example.com")],
        "temporal-redirect-code" => [("temporal-redirect", "https://example.com")],
        "proxy-redirect-from" => [("proxy-redirect-to", "https://example.com")],
        "proxy-redirect-to" => [("proxy-redirect-from", "http://example.com")],
        "upstream-hash-by-subset" or "upstream-hash-by-subset-size" => [("upstream-hash-by", "$request_uri")],
        "x-forwarded-prefix" => [("rewrite-target", "/")],
        _ => [],
    };

    private static int StatusOf(string name) => name switch
    {
        "permanent-redirect" => 301,
        "temporal-redirect" => 302,
        "permanent-redirect-code" or "temporal-redirect-code" =>
            int.Parse(IngressAnnotations.ByName[name].Example!, System.Globalization.CultureInfo.InvariantCulture),
        "force-ssl-redirect" => 308,
        "app-root" => 302,
        // The pod speaks HTTP/1.1.
        "backend-protocol" => 502,
        // It serves nothing by itself.
        "canary" or "affinity-canary-behavior" => 404,
        _ when name.StartsWith("canary-", StringComparison.Ordinal) => 404,
        _ => 200,
    };

    private static string HostOf(Annotation one) => $"{one.Name}.examples.example.com";

    private Task ApplyAsync(Annotation one)
    {
        var annotations = new JsonObject { [$"{IngressAnnotations.OwnPrefix}/{one.Name}"] = one.Example };
        foreach (var (name, value) in With(one.Name))
            annotations[$"{IngressAnnotations.OwnPrefix}/{name}"] = value;
        return cluster.Bed.ApplyAsync(new JsonObject
        {
            ["apiVersion"] = "networking.k8s.io/v1",
            ["kind"] = "Ingress",
            ["metadata"] = new JsonObject { ["name"] = "example-" + one.Name, ["namespace"] = "default", ["annotations"] = annotations },
            ["spec"] = JsonNode.Parse($$"""
                {"ingressClassName": "yarp", "rules": [{"host": "{{HostOf(one)}}", "http": {"paths": [
                    {"path": "{{(one.Name == "rewrite-target" ? "/(.*)" : "/")}}", "pathType": "ImplementationSpecific",
                     "backend": {"service": {"name": "web", "port": {"number": 80} } } } ] } } ] }
                """),
        }.ToJsonString());
    }
}
