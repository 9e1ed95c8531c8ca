using System.Globalization;

namespace YarpIngress.Translation.Model;

/// <summary>
/// How the endpoints of a Service port are talked to and chosen, where annotations say something about it. Part of
/// <see cref="BackendKey"/>: two Ingresses that say different things about one Service have a backend each.
/// </summary>
/// <remarks>What has its default is null here, so that nobody gets a backend of his own by writing a default down.</remarks>
public sealed record BackendPolicy
{
    /// <summary><c>proxy-connect-timeout</c> of those that say nothing.</summary>
    public static readonly TimeSpan DefaultConnectTimeout = TimeSpan.FromSeconds(5);

    /// <summary><c>proxy-read-timeout</c> and <c>proxy-send-timeout</c> of those that say nothing.</summary>
    public static readonly TimeSpan DefaultActivityTimeout = TimeSpan.FromSeconds(60);

    /// <summary>Of a backend that nothing is said about.</summary>
    public static BackendPolicy None { get; } = new();

    /// <summary><c>backend-protocol</c>: what the endpoints speak; null leaves it to the port's <c>appProtocol</c>.</summary>
    public BackendProtocol? Protocol { get; init; }

    /// <summary><c>proxy-http-version</c>: HTTP/1.0 instead of 1.1, with a connection for each request.</summary>
    public bool Http10 { get; init; }

    /// <summary><c>proxy-ssl-*</c>; null neither presents nor verifies a certificate.</summary>
    public BackendTlsPolicy? Tls { get; init; }

    /// <summary><c>service-upstream</c>: the Service's cluster IP is the only endpoint.</summary>
    public bool ServiceUpstream { get; init; }

    /// <summary><c>connection-proxy-header</c>: <c>close</c> or <c>keep-alive</c>; null leaves the header out.</summary>
    public string? ConnectionHeader { get; init; }

    /// <summary><c>proxy-connect-timeout</c>: how long one attempt may take to connect; null is 5 s.</summary>
    public TimeSpan? ConnectTimeout { get; init; }

    /// <summary><c>proxy-read-timeout</c>: how long an endpoint may send nothing that is waited for; null is 60 s.</summary>
    public TimeSpan? ReadTimeout { get; init; }

    /// <summary><c>proxy-send-timeout</c>: how long an endpoint may take nothing of what is sent to it; null is 60 s.</summary>
    public TimeSpan? SendTimeout { get; init; }

    /// <summary><c>proxy-next-upstream*</c>: when another endpoint is tried; null is <see cref="NextUpstreamPolicy.Default"/>.</summary>
    public NextUpstreamPolicy? NextUpstream { get; init; }

    /// <summary><c>proxy-buffer-size</c> above 64 KiB: how many bytes the head of an answer may have; null is 64 KiB.</summary>
    public int? MaximumHeadSize { get; init; }

    /// <summary><c>health-check</c>; null leaves it to the readiness of pods.</summary>
    public HealthCheckPolicy? Health { get; init; }

    /// <summary><c>load-balance</c>, <c>upstream-hash-by</c>: how one of the endpoints is chosen; null is each in its turn.</summary>
    public BalancingPolicy? Balancing { get; init; }

    /// <summary>Only what is set, as it stands in the ids of backends: <c>protocol Https, read-timeout 5s</c>.</summary>
    public override string ToString() =>
        string.Join(", ", Parts().Where(part => part.Value is not null).Select(part => part.Name + part.Value));

    /// <summary>A part for each property, its value null when it is not set.</summary>
    private IEnumerable<(string Name, string? Value)> Parts() =>
    [
        ("protocol ", Protocol?.ToString()),
        ("HTTP/1.0", Http10 ? "" : null),
        ("", Tls?.ToString()),
        ("service-upstream", ServiceUpstream ? "" : null),
        ("connection ", ConnectionHeader),
        ("connect-timeout ", Seconds(ConnectTimeout)),
        ("read-timeout ", Seconds(ReadTimeout)),
        ("send-timeout ", Seconds(SendTimeout)),
        ("next-upstream ", NextUpstream?.ToString()),
        ("", Health?.ToString()),
        ("balancing ", Balancing?.ToString()),
        ("head ", MaximumHeadSize?.ToString(CultureInfo.InvariantCulture)),
    ];

    private static string? Seconds(TimeSpan? time) =>
        time is { } some ? string.Create(CultureInfo.InvariantCulture, $"{some.TotalSeconds}s") : null;
}
