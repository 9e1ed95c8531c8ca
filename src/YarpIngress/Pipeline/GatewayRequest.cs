using System.Diagnostics;
using Microsoft.AspNetCore.Hosting.Server.Abstractions;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Model;
using YarpIngress.Observability.Tracing;
using YarpIngress.Pipeline.Affinity;
using YarpIngress.Pipeline.Bodies;
using YarpIngress.Pipeline.ClientAddress;
using YarpIngress.Pipeline.Errors;
using YarpIngress.Pipeline.ExternalAuth;
using YarpIngress.Pipeline.Headers;
using YarpIngress.Pipeline.Metrics;
using YarpIngress.Pipeline.OutputCache;
using YarpIngress.Proxy;
using YarpIngress.Proxy.Certificates;
using YarpIngress.Translation.Model;

namespace YarpIngress.Pipeline;

/// <summary>
/// All that is known of a request, from its first step to its last, whether it gets a route or not: what the pipeline, logs
/// and metrics share. It holds the cluster and its destinations as they were when the request
/// came, whatever changes meanwhile.
/// </summary>
/// <remarks>
/// Kestrel keeps one for each connection of HTTP/1.1 and each pooled stream of HTTP/2 and serves one request after the
/// other with it. Nobody may keep it, or touch it, beyond the end of the request: by then it is another client's.
/// Whatever is added here is taken back in <see cref="End"/>; a test looks at every field.
/// </remarks>
internal sealed partial class GatewayRequest
{
    private readonly DefaultHttpContext _context = new();
    // Of the connection, not of the request: it stays.
    private int _ofConnection;
    private RouteModel? _route;
    private ClusterModel? _cluster;
    /// <summary>The request as ASP.NET has it.</summary>
    public HttpContext Context => _context;

    /// <summary>The request's target as it came.</summary>
    public string RawTarget => Feature<IHttpRequestFeature>().RawTarget;

    /// <summary>The connection that it came on.</summary>
    public IHttpConnectionFeature Connection => Feature<IHttpConnectionFeature>();

    /// <summary>When the request's head was read.</summary>
    public long StartedAt { get; private set; }

    /// <summary>The route that serves the request; null before it was chosen, and when there is none.</summary>
    public ProxyRoute? Chosen { get; private set; }

    /// <summary>What the annotations of the chosen route ask for.</summary>
    public RoutePolicies Policies => Chosen?.Policies ?? RoutePolicies.None;

    /// <summary>Where the request goes; null before that is known.</summary>
    public ProxyBackend? Backend { get; private set; }

    /// <summary>YARP's runtime route.</summary>
    /// <exception cref="InvalidOperationException">The request has no route; see <see cref="Chosen"/>.</exception>
    public RouteModel Route => _route ?? throw WithoutRoute();

    /// <summary>YARP's runtime cluster, as it was when the request came.</summary>
    /// <exception cref="InvalidOperationException">The request has no route; see <see cref="Chosen"/>.</exception>
    public ClusterModel Cluster => _cluster ?? throw WithoutRoute();

    /// <summary>The sessions that the request may belong to; null when there are none.</summary>
    public RouteAffinity? Affinity =>
        DivertedTo is not null ? null : CanaryBackend is null ? Chosen?.Affinity : Chosen?.Canary?.Affinity;

    /// <summary>What balancing may still choose from.</summary>
    public IReadOnlyList<DestinationState> AvailableDestinations { get; set; } = [];

    /// <summary>Where path and query begin in the request's raw target.</summary>
    public int PathStart { get; private set; }

    /// <summary>Path and query that the pod gets, encoded; null when it gets the client's.</summary>
    public string? RewrittenTarget { get; set; }

    /// <summary>
    /// The Host header that the pod gets: the route's, else the host that a trusted proxy tells, as in ingress-nginx; null when it
    /// gets the client's.
    /// </summary>
    public string? BackendHost { get => field ?? View?.Host; set; }

    /// <summary>The X-Forwarded-Prefix header that the pod gets; null for none, or a trusted proxy's.</summary>
    public string? ForwardedPrefix { get; set; }

    /// <summary>The errors of this request that another backend answers for; null when none does.</summary>
    public ErrorInterception? Interception { get; set; }

    /// <summary>The default backend that serves in place of the route's; null when it does not.</summary>
    public ProxyRoute? DivertedTo { get; private set; }

    /// <summary>
    /// Headers that this request gets on its way to the pod, in place of the client's; an empty value takes the client's away.
    /// </summary>
    public IReadOnlyList<HeaderValue> AddedHeaders { get; private set; } = [];

    /// <summary>What the authentication service gave it; null without one, or when it gave nothing.</summary>
    public AuthGrant? Grant { get; set; }

    /// <summary>The name of the user whose password it came with; null when nobody looked, or when it was not right.</summary>
    public string? LoginName { get; set; }

    /// <summary>Whether the authentication service lets it pass.</summary>
    public bool IsVouchedFor { get; set; }

    /// <summary>The id as text, once somebody needed it so; see <see cref="Headers.RequestId"/>.</summary>
    public string? RequestIdText { get; set; }

    /// <summary>Whether it has no id but the client's.</summary>
    public bool HasOnlySentId { get; private set; }

    /// <summary>The id that was made here; 0 when none was.</summary>
    public UInt128 GeneratedRequestId { get; set; }

    /// <summary>What is configured about the headers of all answers.</summary>
    public GlobalHeaders Headers { get; private set; } = GlobalHeaders.Default;

    /// <summary>The request's trace; null when it has none.</summary>
    public RequestTrace? Trace { get; set; }

    /// <summary>32 hexadecimal digits; null when the request is in no trace that is recorded.</summary>
    public string? TraceId => Trace?.TraceId;

    /// <summary>What the client presented, where the host says something about certificates; else null.</summary>
    public PresentedCertificate? ClientCertificate { get; set; }

    /// <summary>Whether the pod gets the certificate itself.</summary>
    public bool PassesCertificate { get; set; }

    /// <summary>The pod's answer, where it may be kept; see <see cref="OutputCache.OutputCacheStep"/>.</summary>
    public RecordedAnswer? CacheEntry { get; set; }

    /// <summary>What the route's output cache did for it.</summary>
    public CacheUse CacheUse { get; set; }

    /// <summary>Whether no rule names its host.</summary>
    public bool IsForUnknownHost { get; set; }

    /// <summary>Whether a load balancer asks if the gateway is there, which is neither logged nor counted.</summary>
    public bool IsHealthCheck { get; set; }

    /// <summary>The policy that refused it.</summary>
    public Rejection RejectedBy { get; set; }

    /// <summary>The backend that takes it instead of the route's; null when it is no canary's.</summary>
    public ProxyBackend? CanaryBackend => Backend is { } taken && DivertedTo is null && !ReferenceEquals(taken, Chosen?.Backend)
        ? taken
        : null;

    /// <summary>Bytes of the request's first line and headers, as far as somebody counted them; 0 when nobody did.</summary>
    public long HeadBytesReceived { get; set; }

    /// <summary>Bytes of the answer's status line and headers; 0 when nobody counted them.</summary>
    public long HeadBytesSent { get; set; }

    /// <summary>The client's body, where it was read whole before a pod was asked.</summary>
    public BufferedBody? BufferedBody { get; set; }

    /// <summary>Bytes of the client's body that were read.</summary>
    public long BodyBytesReceived { get; set; }

    /// <summary>Bytes of body that were sent to the client.</summary>
    public long BodyBytesSent { get; set; }

    /// <summary>The one of a request that <see cref="GatewayApplication"/> serves.</summary>
    public static GatewayRequest Of(HttpContext context) =>
        // Kestrel's own object for the connection or stream, so this is a cast and no look-up.
        (context.Features as IHostContextContainer<GatewayRequest>)?.HostContext
        ?? throw new InvalidOperationException("The request does not come from the gateway's own server.");

    /// <summary>A request has come.</summary>
    public void Begin(
        IFeatureCollection features, GlobalHeaders? headers = null, ClientTrust? trust = null, bool hasOnlySentId = false)
    {
        Trust = trust ?? ClientTrust.Nobody;
        Headers = headers ?? GlobalHeaders.Default;
        HasOnlySentId = hasOnlySentId;
        _context.Initialize(features);
        StartedAt = Stopwatch.GetTimestamp();
    }

    /// <summary>The how manieth request of its connection it is; HTTP/1.1 counts those that this was asked for.</summary>
    public int NumberOnConnection() =>
        // RFC 9113, 5.1.1: a client's streams are odd.
        _context.Features.Get<IHttp2StreamIdFeature>() is { StreamId: var stream } ? (stream + 1) / 2 : ++_ofConnection;

    /// <summary>Its route is known; whether it can be served is not.</summary>
    public void Choose(ProxyRoute chosen, int pathStart) => (Chosen, PathStart) = (chosen, pathStart);

    /// <summary>The cluster of the chosen route is there to serve it.</summary>
    public void Use(ProxyRoute chosen, ClusterState cluster, HttpTransformer transformer)
    {
        _route = chosen.ModelFor(cluster, transformer);
        _cluster = cluster.Model;
        Backend = chosen.Backend;
        AvailableDestinations = cluster.DestinationsState.AvailableDestinations;
    }

    /// <summary>Another backend serves it in place of the route's; the route stays the one that was chosen.</summary>
    public void Divert(
        ProxyRoute backend, ClusterState cluster, HttpTransformer transformer, IReadOnlyList<HeaderValue> headers)
    {
        Use(backend, cluster, transformer);
        AddHeaders(headers);
        (DivertedTo, IsAnswered) = (backend, false);
    }

    /// <summary>Adds to <see cref="AddedHeaders"/>.</summary>
    public void AddHeaders(IReadOnlyList<HeaderValue> headers) =>
        AddedHeaders = AddedHeaders.Count == 0 ? headers : [.. AddedHeaders, .. headers];

    /// <summary>The request is over: nothing of it may show in the next one.</summary>
    public void End()
    {
        EndTry();
        _context.Uninitialize();
        _earlierTries.Clear();
        _upstream = default;
        (_route, _cluster, Chosen, Backend, ProxiedDestination) = (null, null, null, null, null);
        _load = null;
        AvailableDestinations = [];
        Headers = GlobalHeaders.Default;
        (Trust, _view) = (ClientTrust.Nobody, null);
        (Interception, DivertedTo, AddedHeaders) = (null, null, []);
        (StartedAt, PathStart, Tries, IsAnswered, IsPassedOver) = (0, 0, 0, false, false);
        (IsForUnknownHost, IsHealthCheck) = (false, false);
        (RejectedBy, Grant) = (Rejection.None, null);
        (LoginName, IsVouchedFor) = (null, false);
        (CacheEntry, CacheUse) = (null, CacheUse.None);
        (RequestIdText, GeneratedRequestId, HasOnlySentId, Trace) = (null, UInt128.Zero, false, null);
        BufferedBody = null;
        (ClientCertificate, PassesCertificate) = (null, false);
        (RewrittenTarget, BackendHost, ForwardedPrefix) = (null, null, null);
        (HeadBytesReceived, HeadBytesSent, BodyBytesReceived, BodyBytesSent) = (0, 0, 0, 0);
    }

    // Kestrel's collection is the feature itself, which a cast finds in a fraction of the time; only for what nobody replaces.
    private T Feature<T>()
        where T : class => _context.Features as T ?? _context.Features.GetRequiredFeature<T>();

    private static InvalidOperationException WithoutRoute() => new("The request has no route.");
}
