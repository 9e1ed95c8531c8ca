using System.Collections.Frozen;
using System.Globalization;
using System.Net;
using System.Security.Authentication;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.LoadBalancing;
using YarpIngress.Proxy.Routing;
using YarpIngress.Translation.Model;
using Route = YarpIngress.Translation.Model.Route;

namespace YarpIngress.Proxy;

/// <summary>
/// The model in YARP's own configuration records: what the data plane runs on and what <c>translate</c> prints.
/// </summary>
/// <remarks>
/// YARP's path patterns ignore case and treat <c>/foo</c> and <c>/foo/</c> as one; <see cref="RoutingTable{TRoute}"/>
/// does the matching, so a pattern here is what comes closest, and the metadata says what is meant exactly.
/// </remarks>
internal static class YarpConfig
{
    /// <summary>Metadata key of a route: how its path is matched.</summary>
    public const string PathMatchMetadata = "path-match";

    /// <summary>Metadata key of a route: its path, literally.</summary>
    public const string PathMetadata = "path";

    /// <summary>Metadata key of a route: the Ingress that it comes from.</summary>
    public const string IngressMetadata = "ingress";

    /// <summary>Metadata key of a cluster: how an endpoint is chosen, where YARP has no word for it.</summary>
    public const string BalancingMetadata = "load-balance";

    private const string AnyPath = "/{**rest}";

    // One instance per protocol: 20,000 clusters share them, and equal ones are found equal by reference.
    private static readonly ForwarderRequestConfig Http1 = Request(HttpVersion.Version11, HttpVersionPolicy.RequestVersionOrLower);
    private static readonly ForwarderRequestConfig Http2Only = Request(HttpVersion.Version20, HttpVersionPolicy.RequestVersionExact);
    private static readonly ForwarderRequestConfig Http2OrLower = Request(HttpVersion.Version20, HttpVersionPolicy.RequestVersionOrLower);
    private static readonly HttpClientConfig Cleartext = Client(tls: false);
    private static readonly HttpClientConfig UnverifiedTls = Client(tls: true);

    private static readonly FrozenDictionary<PathMatch, string> MatchNames =
        Enum.GetValues<PathMatch>().ToFrozenDictionary(match => match, match => match.ToString());

    // Punycode to Unicode: YARP's validator refuses xn-- labels.
    private static readonly IdnMapping Idn = new() { AllowUnassigned = true };

    /// <summary>The route as YARP writes it.</summary>
    public static RouteConfig Route(VirtualHost host, Route route) => new()
    {
        RouteId = $"{host.Host}{route.Path} ({MatchNames[route.Match]}{(route.Policies.Conditions is { } only ? $", {only}" : "")})",
        ClusterId = route.Backend.ToString(),
        Match = new RouteMatch
        {
            Hosts = host.Host.Length == 0 || host.Host[0] == '~' ? null : [UnicodeHost(host.Host)],
            Path = Pattern(route),
            Methods = route.Policies.Conditions is { Methods.Count: > 0 } conditions ? [.. conditions.Methods] : null,
            Headers = YarpConditions.Headers(route.Policies.Conditions),
            QueryParameters = YarpConditions.QueryParameters(route.Policies.Conditions),
        },
        Order = route.Policies.Conditions is { Order: not 0 } ordered ? ordered.Order : null,
        Timeout = route.Policies.Timeout,
        Metadata = Metadata(route),
    };

    /// <summary>The route to the global default backend.</summary>
    public static RouteConfig DefaultRoute(BackendKey backend) => new()
    {
        RouteId = "default backend",
        ClusterId = backend.ToString(),
        Match = new RouteMatch { Path = AnyPath },
    };

    /// <summary>The cluster as YARP writes it.</summary>
    public static ClusterConfig Cluster(Backend backend)
    {
        var policy = backend.Key.Policy ?? BackendPolicy.None;
        // Of AUTO_HTTP the forwarder makes https where the client's request came over TLS.
        var scheme = backend.Protocol is BackendProtocol.Https or BackendProtocol.Grpcs ? "https://" : "http://";
        var destinations = new Dictionary<string, DestinationConfig>(backend.Endpoints.Count, StringComparer.OrdinalIgnoreCase);
        foreach (var endpoint in backend.Endpoints)
        {
            var id = endpoint.ToString();
            destinations[id] = new DestinationConfig { Address = scheme + id };
        }
        return new ClusterConfig
        {
            ClusterId = backend.Key.ToString(),
            LoadBalancingPolicy = backend.Balancing is null ? LoadBalancingPolicies.RoundRobin : null,
            Metadata = backend.Balancing is { } balancing
                ? new Dictionary<string, string>(1) { [BalancingMetadata] = balancing.ToString() }
                : null,
            HttpClient = backend.Protocol is BackendProtocol.Http or BackendProtocol.H2c ? Cleartext : Tls(policy.Tls),
            HttpRequest = Request(backend.Protocol, policy),
            HealthCheck = YarpConditions.HealthCheck(policy.Health),
            Destinations = destinations,
        };
    }

    private static Dictionary<string, string> Metadata(Route route)
    {
        var metadata = new Dictionary<string, string>(3 + route.Policies.Metadata.Count);
        foreach (var item in route.Policies.Metadata)
            metadata[item.Name] = item.Value;
        metadata[IngressMetadata] = route.Ingress.ToString();
        metadata[PathMetadata] = route.Path;
        metadata[PathMatchMetadata] = MatchNames[route.Match];
        return metadata;
    }

    private static string Pattern(Route route)
    {
        // What a route pattern can't say: a prefix that ends inside an element, an empty element, a question mark.
        if (route.Match is PathMatch.StringPrefix or PathMatch.Regex || route.Path.Contains('?')
            || route.Path.Contains("//", StringComparison.Ordinal))
            return AnyPath;
        var literal = route.Path.Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal);
        return route.Match is PathMatch.Exact ? literal : literal.TrimEnd('/') + AnyPath;
    }

    private static string UnicodeHost(string host)
    {
        if (!host.Contains("xn--", StringComparison.Ordinal))
            return host;
        try
        {
            return Idn.GetUnicode(host);
        }
        catch (ArgumentException)
        {
            // No valid punycode. It is still matched byte for byte; the validator says what is wrong with it.
            return host;
        }
    }

    private static ForwarderRequestConfig Request(BackendProtocol protocol, BackendPolicy policy)
    {
        var byDefault = protocol switch
        {
            BackendProtocol.Http or BackendProtocol.Auto => Http1,
            BackendProtocol.H2c or BackendProtocol.Grpcs => Http2Only,
            // With a name of its own in the handshake the connection is made by hand, where it is known before what is spoken.
            BackendProtocol.Https => policy.Tls?.SendName is null && !policy.Http10 ? Http2OrLower : Http1,
            _ => throw new ArgumentOutOfRangeException(nameof(protocol), protocol, "Unknown backend protocol."),
        };
        var http10 = policy.Http10 && byDefault == Http1;
        // Between two reads, not for the whole. What is sent has a timeout of its own; see Forwarding.
        var timeout = policy.ReadTimeout;
        return timeout is null && !http10
            ? byDefault
            : byDefault with
            {
                Version = http10 ? HttpVersion.Version10 : byDefault.Version,
                ActivityTimeout = timeout ?? byDefault.ActivityTimeout,
            };
    }

    private static ForwarderRequestConfig Request(Version version, HttpVersionPolicy policy) => new()
    {
        Version = version,
        VersionPolicy = policy,
        ActivityTimeout = BackendPolicy.DefaultActivityTimeout,
    };

    private static HttpClientConfig Tls(BackendTlsPolicy? policy) => policy is null or { Verify: false, Protocols: SslProtocols.None }
        ? UnverifiedTls
        : UnverifiedTls with
        {
            DangerousAcceptAnyServerCertificate = policy.Verify ? null : true,
            SslProtocols = policy.Protocols is SslProtocols.None ? null : policy.Protocols,
        };

    private static HttpClientConfig Client(bool tls) => new()
    {
        EnableMultipleHttp2Connections = true,
        // As in ingress-nginx, whose proxy_ssl_verify is off by default: pods seldom have certificates that verify.
        DangerousAcceptAnyServerCertificate = tls ? true : null,
        // Bytes pass as they are; UTF-8 would replace those that are none.
        RequestHeaderEncoding = "latin1",
        ResponseHeaderEncoding = "latin1",
    };
}
