using YarpIngress.Translation.Variables;

namespace YarpIngress.Translation.Model;

/// <summary>What the annotations of an Ingress ask for; one object for all of its routes.</summary>
public sealed record RoutePolicies
{
    /// <summary>Of an Ingress that asks for nothing.</summary>
    public static RoutePolicies None { get; } = new();

    /// <summary><c>enable-access-log</c>: whether requests are logged, where there is a log at all.</summary>
    public bool AccessLog { get; init; } = true;

    /// <summary>Traces.</summary>
    public TracingPolicy Tracing { get; init; }

    /// <summary>What its backends' keys carry; null when the annotations say nothing about backends.</summary>
    public BackendPolicy? Backend { get; init; }

    /// <summary><c>proxy-body-size</c>: how many bytes a request's body may have; 0 for any number.</summary>
    public long MaximumBodySize { get; init; } = 1024 * 1024;

    /// <summary>Bodies that are taken in whole; null when all pass as they come.</summary>
    public BufferingPolicy? Buffering { get; init; }

    /// <summary><c>limit-*</c>: how much a client may ask for, and how fast it gets it; null for as much as it likes.</summary>
    public LimitPolicy? Limits { get; init; }

    /// <summary>
    /// <c>route-methods</c>, <c>route-headers</c>, <c>route-queryparameters</c>, <c>route-order</c>; null for any request.
    /// </summary>
    public RouteConditions? Conditions { get; init; }

    /// <summary><c>transforms</c>; null changes nothing.</summary>
    public TransformsPolicy? Transforms { get; init; }

    /// <summary><c>timeout</c> and <c>timeout-policy</c>: how long a request may take as a whole; null for any time.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary><c>rate-limiter-policy</c>; null lets all requests through.</summary>
    public RateLimiterPolicy? RateLimiter { get; init; }

    /// <summary><c>output-cache-policy</c>; null keeps no answers.</summary>
    public OutputCachePolicy? OutputCache { get; init; }

    /// <summary><c>authorization-policy</c>; null lets all requests through.</summary>
    public AuthorizationPolicy? Authorization { get; init; }

    /// <summary><c>route-metadata</c>: for people; nothing is done with it.</summary>
    public EquatableArray<MetadataItem> Metadata { get; init; }

    /// <summary>What the ConfigMap defines for annotations to refer to.</summary>
    public NamedPolicies Named { get; init; } = NamedPolicies.None;

    /// <summary>Which endpoint serves a session; null leaves it to balancing.</summary>
    public AffinityPolicy? Affinity { get; init; }

    /// <summary>Of a canary Ingress: what it takes from the Ingress with the same host and path; null for any other.</summary>
    public CanaryPolicy? Canary { get; init; }

    /// <summary>
    /// Why its routes answer 503 to everything: a protection that was asked for can't be given. Null when nothing stands against
    /// serving.
    /// </summary>
    public string? Denied { get; init; }

    /// <summary>As <see cref="Denied"/>, for every route of the Ingress's hosts, whichever Ingress it comes from.</summary>
    public string? DeniedHosts { get; init; }

    /// <summary>How the checks of who may use its routes go together.</summary>
    public AccessPolicy Access { get; init; } = AccessPolicy.Default;

    /// <summary>Which clients may use them, by address; null for all.</summary>
    public AddressPolicy? Addresses { get; init; }

    /// <summary><c>auth-type</c>, <c>auth-secret</c> and the like; null when nobody has to log in.</summary>
    public LoginPolicy? Login { get; init; }

    /// <summary>Whether something asks who may use its routes.</summary>
    public bool HasAccessChecks => Addresses is not null || Login is not null || ExternalAuth is not null;

    /// <summary><c>auth-url</c> and what goes with it, or the ConfigMap's <c>global-auth-url</c>; null asks nobody.</summary>
    public ExternalAuthPolicy? ExternalAuth { get; init; }

    /// <summary>
    /// <c>auth-tls-*</c>: what its hosts are to ask of clients; what counts is <see cref="VirtualHost.ClientCertificates"/>.
    /// </summary>
    public ClientCertificatePolicy? ClientCertificates { get; init; }

    /// <summary><c>enable-cors</c> and <c>cors-*</c>; null when it is off.</summary>
    public CorsPolicy? Cors { get; init; }

    /// <summary><c>proxy-cookie-*</c> and <c>proxy-redirect-*</c>; null when nothing is changed.</summary>
    public AnswerRewritePolicy? Rewrites { get; init; }

    /// <summary><c>default-backend</c> and <c>custom-http-errors</c>; null when there is none of them.</summary>
    public ErrorPolicy? Errors { get; init; }

    /// <summary><c>mirror-*</c>; null when there is no mirror.</summary>
    public MirrorPolicy? Mirror { get; init; }

    /// <summary><c>custom-headers</c>: headers that answers get; null for none.</summary>
    public CustomHeadersPolicy? CustomHeaders { get; init; }

    /// <summary>
    /// How redirects look and which requests are sent to HTTPS; what follows for a route is <see cref="Route.RedirectsToHttps"/>.
    /// </summary>
    public RedirectSettings Redirects { get; init; } = RedirectSettings.Default;

    /// <summary>What concerns whole hosts; of a route always null.</summary>
    public HostPolicy? Host { get; init; }

    /// <summary>
    /// <c>permanent-redirect</c>, <c>temporal-redirect</c> and the like: the route's only answer. Null when it has others.
    /// </summary>
    public RedirectPolicy? Redirect { get; init; }

    /// <summary><c>rewrite-target</c>: the path that pods get; null is the client's.</summary>
    public RewritePolicy? Rewrite { get; init; }

    /// <summary><c>upstream-vhost</c>: the Host header that pods get; null is the client's.</summary>
    public VariableText? UpstreamVhost { get; init; }

    /// <summary>Whether a request has to pass the steps that policies have, and not only the log, traces and the backend.</summary>
    public bool HasSteps => this with
    {
        AccessLog = None.AccessLog,
        Tracing = None.Tracing,
        // HTTP/1.0 has no bodies of unknown length: they are read whole first.
        Backend = Backend is { Http10: true } ? Backend : null,
        Host = null,
        ClientCertificates = null,
        // Of these the route says what follows; see Route.RedirectsToHttps.
        Redirects = None.Redirects,
        Conditions = null,
        Metadata = None.Metadata,
        Named = None.Named,
        Affinity = null,
        // Says nothing without the checks themselves.
        Access = None.Access,
        // Looked at on every route, so that it is no step.
        MaximumBodySize = None.MaximumBodySize,
        Buffering = Buffering is { IsUsed: true } ? Buffering : null,
        Limits = Limits is { IsUsed: true } ? Limits : null,
    } != None;

    /// <summary>
    /// What of these keeps clients out, or back; null when nothing does. Whatever is not taken away here counts as such, so that
    /// no protection is forgotten.
    /// </summary>
    public RoutePolicies? Protections
    {
        get
        {
            var rest = ReferenceEquals(this, None) ? None : this with
            {
                AccessLog = None.AccessLog,
                Tracing = None.Tracing,
                Backend = null,
                MaximumBodySize = None.MaximumBodySize,
                Buffering = null,
                Limits = Limits is { IsUsed: true } ? Limits : null,
                Conditions = null,
                Transforms = null,
                Timeout = null,
                OutputCache = null,
                Metadata = None.Metadata,
                Named = None.Named,
                Affinity = null,
                Canary = null,
                Access = HasAccessChecks ? Access : None.Access,
                Cors = null,
                Rewrites = null,
                Errors = null,
                Mirror = null,
                CustomHeaders = null,
                Redirects = None.Redirects,
                Host = null,
                Redirect = null,
                Rewrite = null,
                UpstreamVhost = null,
            };
            return rest == None ? null : rest;
        }
    }

    /// <summary>These with another <see cref="Backend"/>, which is null again when nothing is said in it.</summary>
    public RoutePolicies WithBackend(Func<BackendPolicy, BackendPolicy> change)
    {
        var changed = change(Backend ?? BackendPolicy.None);
        return this with { Backend = changed == BackendPolicy.None ? null : changed };
    }

    /// <summary>These with other <see cref="Addresses"/>.</summary>
    public RoutePolicies WithAddresses(Func<AddressPolicy, AddressPolicy> change) =>
        this with { Addresses = change(Addresses ?? new AddressPolicy()) };

    /// <summary>These with another <see cref="Buffering"/>.</summary>
    public RoutePolicies WithBuffering(Func<BufferingPolicy, BufferingPolicy> change) =>
        this with { Buffering = change(Buffering ?? BufferingPolicy.Default) };
}

/// <summary>A text under a name.</summary>
/// <param name="Name">The name.</param>
/// <param name="Value">The text.</param>
public readonly record struct MetadataItem(string Name, string Value);
