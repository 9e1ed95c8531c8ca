using System.Text.Json.Nodes;
using YarpIngress.Tests.Answers;

namespace YarpIngress.Tests.NamedPolicies;

/// <summary>One cluster and controller, whose ConfigMap defines policies, for all tests of policies by name.</summary>
[CollectionDefinition(nameof(PolicyCluster))]
public sealed class PolicyCollection : ICollectionFixture<PolicyCluster>;

/// <summary>See <see cref="PolicyCollection"/>.</summary>
public sealed class PolicyCluster : AnswersCluster
{
    private const string Prefix = "yarp.ingress.kubernetes.io/";

    /// <summary>What the ConfigMap defines, for as long as no test says otherwise.</summary>
    internal const string Limiters = """
        fixed: {Type: FixedWindow, PermitLimit: 3, Window: "01:00:00", PartitionBy: Client, RejectionStatusCode: 429}
        sliding: {Type: SlidingWindow, PermitLimit: 2, Window: "01:00:00", SegmentsPerWindow: 4}
        bucket: {Type: TokenBucket, TokenLimit: 2, TokensPerPeriod: 1, ReplenishmentPeriod: "00:00:01", QueueLimit: 5}
        concurrent: {Type: Concurrency, PermitLimit: 1}
        queue: {Type: Concurrency, PermitLimit: 1, QueueLimit: 1}
        broken: {Type: FixedWindow}
        """;

    internal const string Caches = """
        hour: {Expiration: "01:00:00"}
        varied: {Expiration: "01:00:00", VaryByQuery: [page], VaryByHeader: [Accept-Language, Origin], AllowCookies: true, MaximumBodySize: 2000}
        short: {Expiration: "00:00:00.2"}
        alone: {Expiration: "01:00:00", Locking: false}
        """;

    internal const string Authorizations = """
        known: {RequireAuthenticatedUser: true}
        ada: {Users: [ada]}
        elsewhere: {Networks: [192.0.2.0/24]}
        here: {Networks: [127.0.0.0/8]}
        readers: {Methods: [GET, HEAD]}
        team: {RequireClaims: {X-Groups: [a, b]}}
        orders: {CertificateSubjects: [CN=orders]}
        """;

    /// <summary>The ConfigMap as it is, but for one key.</summary>
    internal Task DefineAsync(string? key = null, string value = "") => ApplyAsync(
        "ConfigMap", "answers-settings", "data",
        [
            .. new[] { ("rate-limiter-policies", Limiters), ("output-cache-policies", Caches), ("authorization-policies", Authorizations) }
                .Select(one => one.Item1 == key ? (key, OneLine(value)) : (one.Item1, OneLine(one.Item2))),
        ]);

    /// <summary>A host whose Ingress has these annotations of ours, once they are in force.</summary>
    internal async Task<string> ServeAsync(string service, params (string Name, string Value)[] annotations)
    {
        await DefineAsync();
        var host = await AddHostAsync(service);
        await UntilAsync(host, answer => answer.Status == 200);
        await AnnotateAsync(host, service, annotations);
        return host;
    }

    /// <summary>The Ingress of a host with other annotations, once they are in force.</summary>
    internal async Task AnnotateAsync(string host, string service, params (string Name, string Value)[] annotations)
    {
        var ingress = (JsonObject)JsonNode.Parse($$"""
            {
              "apiVersion": "networking.k8s.io/v1", "kind": "Ingress",
              "metadata": {"name": "{{host.Split('.')[0]}}", "namespace": "default", "annotations": {} },
              "spec": {"ingressClassName": "yarp", "rules": [{"host": "{{host}}", "http": {"paths": [
                {"path": "/", "pathType": "Prefix", "backend": {"service": {"name": "{{service}}", "port": {"number": 80} } } } ] } } ] }
            }
            """)!;
        foreach (var (name, value) in annotations)
            ingress["metadata"]!["annotations"]![Prefix + name] = value;
        await Bed.ApplyAsync(ingress.ToJsonString());
        await Wait.UntilAsync(
            async () =>
            {
                var explanation = await ExplainAsync(host);
                return annotations.All(one => explanation.Any(policy => policy == (one.Name, one.Value)))
                    && explanation.Count(policy => annotations.Any(one => one.Name == policy.Name)) == annotations.Length;
            },
            $"annotations of {host}: {string.Join(", ", annotations)}");
    }

    /// <summary>The policies that explain lists, by name and value.</summary>
    internal async Task<IReadOnlyList<(string Name, string Value)>> ExplainAsync(string host)
    {
        var (_, explanation) = await Bed.AdminAsync(Controller, $"/api/explain?url=http://{host}/");
        return [.. (JsonNode.Parse(explanation)?["policies"]?.AsArray() ?? []).Select(one => ((string)one!["name"]!, (string)one["value"]!))];
    }

    /// <summary>The statuses of some requests, one after the other.</summary>
    internal async Task<List<int>> StatusesAsync(string host, int count)
    {
        var statuses = new List<int>();
        for (var i = 0; i < count; i++)
            statuses.Add((await SendAsync(host)).Status);
        return statuses;
    }

    // A map of one line for each name is one map in braces too.
    private static string OneLine(string yaml) => "{" + string.Join(", ", yaml.Split('\n', StringSplitOptions.RemoveEmptyEntries)) + "}";
}
