using System.Security.Authentication;
using YarpIngress.Translation.Model;

namespace YarpIngress.Translation.Ingress.Annotations;

/// <summary>YARP's dialect: how endpoints are asked, checked and talked to.</summary>
internal static class DialectBackendAnnotations
{
    public static readonly IReadOnlyList<Annotation> All =
    [
        new("health-check", AnnotationRisk.Medium, "YAML of YARP's HealthCheckConfig", "the readiness of pods alone",
            "Asks endpoints itself (Active), or looks at what becomes of requests (Passive), and leaves those out that fail.",
            (policies, text) => policies.WithBackend(backend => backend with { Health = HealthOf(text) }))
        {
            OwnOnly = true,
            Scope = AnnotationScope.Backend,
            Example = "Active:\n  Enabled: true\n  Interval: '00:00:10'\n  Timeout: '00:00:05'\n  Path: /healthz\n",
            Difference = "the policies are ConsecutiveFailures and TransportFailureRate, others are refused",
        },
        new("http-client", AnnotationRisk.Medium, "YAML of YARP's HttpClientConfig", "TLS 1.2 and 1.3, certificates are not verified",
            "TLS to the endpoints: SslProtocols, DangerousAcceptAnyServerCertificate.",
            SetClient)
        {
            OwnOnly = true,
            FailsClosed = true,
            Scope = AnnotationScope.Backend,
            Overrides = ["proxy-ssl-protocols", "proxy-ssl-verify"],
            Example = "SslProtocols: [Tls13]\nDangerousAcceptAnyServerCertificate: false\n",
            Difference = "certificates are verified only where DangerousAcceptAnyServerCertificate is false; "
                + "MaxConnectionsPerServer, WebProxy and encodings are refused",
        },
        new("http-request", AnnotationRisk.Low, "YAML of YARP's ForwarderRequestConfig", "60 s, the endpoints' protocol",
            "ActivityTimeout, Version and VersionPolicy of requests to the endpoints, AllowResponseBuffering.",
            SetRequest)
        {
            OwnOnly = true,
            Scope = AnnotationScope.Backend,
            Overrides = ["proxy-read-timeout", "proxy-send-timeout", "proxy-http-version"],
            Example = "ActivityTimeout: '00:02:00'\n",
        },
    ];

    private static HealthCheckPolicy? HealthOf(string text)
    {
        var fields = DialectFields.Map(text);
        var active = ActiveOf(fields.Inner("Active"));
        var passive = PassiveOf(fields.Inner("Passive"));
        var available = fields.Word(
            "AvailableDestinationsPolicy", ("HealthyAndUnknown", Availability.HealthyAndUnknown),
            ("HealthyOrPanic", Availability.HealthyOrPanic));
        fields.End();
        return active is null && passive is null ? null : new HealthCheckPolicy(active, passive, available?.ToString());
    }

    private static ActiveHealthCheck? ActiveOf(DialectFields? fields)
    {
        if (fields is null)
            return null;
        var enabled = fields.Bool("Enabled") ?? false;
        var interval = fields.Time("Interval") ?? TimeSpan.FromSeconds(15);
        var timeout = fields.Time("Timeout") ?? TimeSpan.FromSeconds(10);
        var path = fields.Text("Path");
        fields.Word("Policy", ("ConsecutiveFailures", true));
        fields.End();
        // Each endpoint of each backend is asked: a tenant must not make a flood of it.
        if (interval < TimeSpan.FromSeconds(1))
            throw fields.Wrong("Interval", "must be at least a second");
        if (path is not null && (path[0] != '/' || !IsVisible(path)))
            throw fields.Wrong("Path", "must begin with a slash");
        return enabled ? new ActiveHealthCheck(interval, timeout, path) : null;
    }

    private static PassiveHealthCheck? PassiveOf(DialectFields? fields)
    {
        if (fields is null)
            return null;
        var enabled = fields.Bool("Enabled") ?? false;
        var reactivation = fields.Time("ReactivationPeriod");
        fields.Word("Policy", ("TransportFailureRate", true));
        fields.End();
        return enabled ? new PassiveHealthCheck(reactivation) : null;
    }

    private static RoutePolicies SetClient(RoutePolicies policies, string text)
    {
        var fields = DialectFields.Map(text);
        var protocols = ProtocolsOf(fields);
        var verify = fields.Bool("DangerousAcceptAnyServerCertificate") is { } any ? !any : (bool?)null;
        // So it is in any case.
        if (fields.Bool("EnableMultipleHttp2Connections") is false)
            throw fields.Wrong("EnableMultipleHttp2Connections", "can't be anything but true here");
        fields.End();
        return policies.WithBackend(backend =>
        {
            var tls = backend.Tls ?? BackendTlsPolicy.None;
            tls = tls with { Protocols = protocols is SslProtocols.None ? tls.Protocols : protocols, Verify = verify ?? tls.Verify };
            return backend with { Tls = tls == BackendTlsPolicy.None ? null : tls };
        });
    }

    private static SslProtocols ProtocolsOf(DialectFields fields)
    {
        // One, or a list: as .NET's configuration takes both.
        var protocols = SslProtocols.None;
        var words = fields.TextOrList("SslProtocols").SelectMany(one => one.Split(',', StringSplitOptions.TrimEntries)).ToList();
        foreach (var word in words)
            protocols |= word.ToLowerInvariant() switch
            {
                "tls12" => SslProtocols.Tls12,
                "tls13" => SslProtocols.Tls13,
                // Not spoken, which does no harm beside a newer one.
                "ssl2" or "ssl3" or "tls" or "tls11" or "none" => SslProtocols.None,
                _ => throw fields.Wrong("SslProtocols", "must be Tls12, Tls13 or both"),
            };
        return protocols is SslProtocols.None && words.Count > 0
            ? throw fields.Wrong("SslProtocols", "must name Tls12, Tls13 or both")
            : protocols;
    }

    private static RoutePolicies SetRequest(RoutePolicies policies, string text)
    {
        var fields = DialectFields.Map(text);
        var timeout = fields.Time("ActivityTimeout");
        var version = fields.Word("Version", ("1.0", 10), ("1", 11), ("1.1", 11), ("2", 20), ("2.0", 20));
        var exact = fields.Word(
            "VersionPolicy", ("RequestVersionOrLower", false), ("RequestVersionOrHigher", false), ("RequestVersionExact", true));
        var buffering = fields.Bool("AllowResponseBuffering");
        fields.End();
        if (buffering is { } isBuffered)
            policies = policies.WithBuffering(one => one with { Responses = isBuffered });
        return policies.WithBackend(backend => backend with
        {
            ReadTimeout = timeout ?? backend.ReadTimeout,
            SendTimeout = timeout ?? backend.SendTimeout,
            Http10 = version == 10 || (version is null && backend.Http10),
            Protocol = version == 20 && exact is true
                ? backend.Protocol is BackendProtocol.Https or BackendProtocol.Grpcs ? BackendProtocol.Grpcs : BackendProtocol.H2c
                : backend.Protocol,
        });
    }

    private static bool IsVisible(string text) => text.Length <= 2048 && text.All(c => c is > ' ' and <= '~');

    private enum Availability
    {
        HealthyAndUnknown,
        HealthyOrPanic,
    }
}
