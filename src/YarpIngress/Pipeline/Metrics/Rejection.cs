namespace YarpIngress.Pipeline.Metrics;

/// <summary>The policy that refused a request. A step that refuses one sets it on the request before it answers.</summary>
internal enum Rejection : byte
{
    /// <summary>None did.</summary>
    None,

    /// <summary>The first state of the cluster is not live yet.</summary>
    NotLive,

    /// <summary>A protection of the route can't be given as it was asked for; see <c>RoutePolicies.Denied</c>.</summary>
    Denied,

    /// <summary>The backend has no endpoint that takes traffic.</summary>
    NoEndpoints,

    /// <summary>The body is longer than <c>proxy-body-size</c>.</summary>
    BodySize,

    /// <summary>Too many connections or requests at once.</summary>
    ConnectionLimit,

    /// <summary>Too many requests in a time.</summary>
    RateLimit,

    /// <summary>The client's address is not on the allow list, or on the deny list.</summary>
    Address,

    /// <summary>No valid credentials, or the auth service refused.</summary>
    Authentication,

    /// <summary>A host, path, method or agent that the configuration blocks.</summary>
    Blocked,

    /// <summary>The client's certificate is missing, not good, or meant for another host.</summary>
    ClientCertificate,

    /// <summary>Who is known may not all the same; see <c>RoutePolicies.Authorization</c>.</summary>
    Authorization,
}

/// <summary>How a rejection is labelled.</summary>
internal static class RejectionLabel
{
    private static readonly string[] Names =
    [
        "", "not_live", "denied", "no_endpoints", "body_size", "connection_limit", "rate_limit", "address", "authentication",
        "blocked", "client_certificate",
        "authorization",
    ];

    /// <summary>How many there are, <see cref="Rejection.None"/> included.</summary>
    public static int Count => Names.Length;

    /// <summary>The label value.</summary>
    public static string Of(Rejection rejection) => Names[(int)rejection];
}
