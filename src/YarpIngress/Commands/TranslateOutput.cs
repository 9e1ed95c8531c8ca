using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Yarp.ReverseProxy.Configuration;
using YarpIngress.Commands.Policies;
using YarpIngress.Controller.Updates;
using YarpIngress.Proxy;
using YarpIngress.Translation.Model;
using Route = YarpIngress.Translation.Model.Route;

namespace YarpIngress.Commands;

/// <summary>
/// What <c>translate</c> prints: the model, the YARP configuration that it becomes, the problems; each in an order that
/// does not depend on the input's.
/// </summary>
internal static class TranslateOutput
{
    public static JsonObject Document(ClusterTranslation translation, BackendKey? defaultBackend)
    {
        var hosts = translation.Hosts.Values.OrderBy(h => h.Host, StringComparer.Ordinal).ToList();
        var backends = translation.Backends.Values.Select(b => b.Backend).OrderBy(b => b.Key.ToString(), StringComparer.Ordinal).ToList();
        var certificates = translation.Certificates.Values.Select(c => c.Certificate).OfType<Certificate>().OrderBy(c => c.Secret);
        var model = new JsonObject
        {
            ["hosts"] = List(hosts.Select(Host)),
            ["backends"] = List(backends.Select(Backend)),
            ["certificates"] = List(certificates.Select(Certificate)),
        };
        if (translation.Streams.Count > 0)
            model["streams"] = List(
                translation.Streams.Values.OrderBy(s => s.Port.Key.Protocol).ThenBy(s => s.Port.Key.Port).Select(Stream));
        if (defaultBackend is { } key)
            model["defaultBackend"] = key.ToString();

        var routes = hosts.Select(h => h.VirtualHost).OfType<VirtualHost>().SelectMany(h => Routes(h).Select(r => YarpConfig.Route(h, r)));
        if (defaultBackend is { } fallback)
            routes = routes.Append(YarpConfig.DefaultRoute(fallback));
        return new JsonObject
        {
            ["model"] = model,
            ["yarp"] = new JsonObject
            {
                ["routes"] = List(routes.Select(Yarp)),
                ["clusters"] = List(backends.Select(b => Yarp(YarpConfig.Cluster(b)))),
            },
            ["problems"] = List(Sorted(translation.Problems.All).Select(Problem)),
        };
    }

    private static IOrderedEnumerable<Problem> Sorted(IEnumerable<Problem> problems) => problems
        .OrderBy(p => p.Object.Kind, StringComparer.Ordinal)
        .ThenBy(p => p.Object.Key)
        .ThenBy(p => p.Field, NumbersInOrder)
        .ThenBy(p => p.Reason, StringComparer.Ordinal)
        .ThenBy(p => p.Message, StringComparer.Ordinal);

    /// <summary>So that <c>rules[10]</c> comes after <c>rules[9]</c>; without culture data the framework can't tell.</summary>
    private static readonly Comparer<string> NumbersInOrder = Comparer<string>.Create((left, right) =>
    {
        var i = 0;
        while (i < left.Length && i < right.Length && left[i] == right[i])
            i++;
        var (leftDigits, rightDigits) = (Digits(left, i), Digits(right, i));
        return leftDigits != rightDigits && leftDigits > 0 && rightDigits > 0
            ? leftDigits - rightDigits
            : string.CompareOrdinal(left, right);
    });

    private static int Digits(string text, int from) =>
        text.AsSpan(from).IndexOfAnyExceptInRange('0', '9') is >= 0 and var count ? count : text.Length - from;

    private static IEnumerable<Route> Routes(VirtualHost host) =>
        host.Default is { } fallback ? Ordered(host).Append(fallback) : Ordered(host);

    private static IEnumerable<Route> Ordered(VirtualHost host) =>
        host.Routes.OrderBy(r => r.Path, StringComparer.Ordinal).ThenBy(r => r.Match);

    private static JsonObject Host(HostTranslation host)
    {
        var result = new JsonObject { ["host"] = host.Host };
        if (host.VirtualHost is { } virtualHost)
        {
            if (virtualHost.AliasOf is { } owner)
                result["aliasOf"] = owner;
            result["routes"] = List(Ordered(virtualHost).Select(Route));
            if (virtualHost.Default is { } fallback)
            {
                var served = new JsonObject { ["backend"] = fallback.Backend.ToString(), ["ingress"] = fallback.Ingress.ToString() };
                if (fallback.Canary is { } canary)
                    served["canary"] = Canary(canary);
                result["default"] = served;
            }
        }

        if (host.CertificateSecret is { } secret)
            result["certificate"] = secret.ToString();
        if (host.VirtualHost?.ClientCertificates is { } clients)
            result["clientCertificates"] = ClientCertificateText.Of(clients);
        if (host.VirtualHost?.Ciphers is { } ciphers)
            result["ciphers"] = ciphers;
        if (host.VirtualHost?.Passthrough is { } passed)
            result["passthrough"] = PassthroughOutput.Of(passed);
        return result;
    }

    private static JsonObject Route(Route route)
    {
        var result = new JsonObject
        {
            ["path"] = route.Path,
            ["match"] = route.Match.ToString(),
            ["backend"] = route.Backend.ToString(),
            ["ingress"] = route.Ingress.ToString(),
        };
        if (route.Policies.Denied is { } denied)
            result["denied"] = denied;
        if (route.Policies.Affinity is { } affinity)
            result["affinity"] = RoutePolicyText.Affinity(affinity);
        if (route.Canary is { } canary)
            result["canary"] = Canary(canary);
        if (route.Policies.Tracing is var tracing && tracing != default)
            result["tracing"] = Tracing(tracing);
        if (route.Policies.MaximumBodySize != RoutePolicies.None.MaximumBodySize)
            result["maximumBodySize"] = route.Policies.MaximumBodySize;
        if (route.Policies.Buffering is { IsUsed: true } buffering)
            result["buffering"] = Buffering(buffering);
        if (route.Policies.Limits is { IsUsed: true } limits)
            result["limits"] = List(LimitText.Of(limits).Select(text => (JsonNode?)text));
        ExternalAuthOutput.Add(result, route);
        PathOutput.Add(result, route);
        AddressPolicyOutput.Add(result, route.Policies);
        AccessPolicyOutput.Add(result, route);
        AnswerPolicyOutput.Add(result, route.Policies);
        DialectPolicyOutput.Add(result, route.Policies);
        return result;
    }

    private static JsonObject Canary(CanaryRoute canary) => new()
    {
        ["backend"] = canary.Backend.ToString(),
        ["ingress"] = canary.Ingress.ToString(),
        ["takes"] = RoutePolicyText.Canary(canary.Policy),
    };

    private static JsonObject Buffering(BufferingPolicy policy)
    {
        var result = new JsonObject();
        if (policy.Requests)
            result["requests"] = new JsonObject { ["memory"] = policy.RequestMemory };
        if (policy.Responses)
            result["responses"] = new JsonObject { ["memory"] = policy.ResponseMemory, ["file"] = policy.MaximumFileSize };
        return result;
    }

    private static JsonObject Tracing(TracingPolicy policy)
    {
        var result = new JsonObject();
        if (policy.Enabled is { } enabled)
            result["enabled"] = enabled;
        if (policy.TrustIncomingSpan is { } trust)
            result["trustIncomingSpan"] = trust;
        if (policy.OperationName is { } name)
            result["operationName"] = name;
        return result;
    }

    private static JsonObject Backend(Backend backend) => new()
    {
        ["backend"] = backend.Key.ToString(),
        ["protocol"] = backend.Protocol.ToString(),
        ["endpoints"] = List(backend.Endpoints.Select(e => (JsonNode)e.ToString())),
    };

    private static JsonObject Stream(StreamTranslation stream)
    {
        var result = new JsonObject { ["port"] = stream.Port.Key.ToString(), ["service"] = stream.Port.Backend.ToString() };
        if (stream.Port.ProxyProtocol is { } proxy)
            result["proxyProtocol"] = proxy;
        if (stream.IsByClient)
            result["affinity"] = "ClientIP";
        result["endpoints"] = List(stream.Endpoints.Select(e => (JsonNode)e.ToString()));
        return result;
    }

    private static JsonObject Certificate(Certificate certificate) => new()
    {
        ["secret"] = certificate.Secret.ToString(),
        ["keyAlgorithm"] = certificate.KeyAlgorithm,
        ["dnsNames"] = List(certificate.DnsNames.Select(n => (JsonNode)n)),
        ["notBefore"] = certificate.NotBefore.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        ["notAfter"] = certificate.NotAfter.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        ["certificates"] = certificate.Chain.Count,
    };

    private static JsonObject Problem(Problem problem)
    {
        var result = new JsonObject
        {
            ["object"] = problem.Object.ToString(),
            ["severity"] = problem.Severity.ToString(),
            ["reason"] = problem.Reason,
        };
        if (problem.Field.Length > 0)
            result["field"] = problem.Field;
        result["message"] = problem.Message;
        return result;
    }

    private static JsonNode? Yarp(RouteConfig route) => JsonSerializer.SerializeToNode(route, YarpJson.Default.RouteConfig);

    private static JsonNode? Yarp(ClusterConfig cluster) => JsonSerializer.SerializeToNode(cluster, YarpJson.Default.ClusterConfig);

    private static JsonArray List(IEnumerable<JsonNode?> items) => new([.. items]);
}
