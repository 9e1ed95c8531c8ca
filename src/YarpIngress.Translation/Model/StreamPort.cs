namespace YarpIngress.Translation.Model;

/// <summary>A port whose connections or datagrams go to a Service as they are.</summary>
public sealed record StreamPort
{
    /// <summary>Protocol and port.</summary>
    public required StreamKey Key { get; init; }

    /// <summary>The Service port.</summary>
    public required BackendKey Backend { get; init; }

    /// <summary>Whether clients' connections begin with a header of the PROXY protocol, which is taken off. TCP only.</summary>
    public bool TakesProxyHeader { get; init; }

    /// <summary>Whether connections to endpoints begin with a header of the PROXY protocol. TCP only.</summary>
    public bool SendsProxyHeader { get; init; }

    /// <summary>Where headers of the PROXY protocol are, for people; null when there are none.</summary>
    public string? ProxyProtocol => (TakesProxyHeader, SendsProxyHeader) switch
    {
        (true, true) => "from clients and to endpoints",
        (true, false) => "from clients",
        (false, true) => "to endpoints",
        _ => null,
    };
}

/// <summary>Names a <see cref="StreamPort"/>.</summary>
/// <param name="Protocol">TCP or UDP, each of which has ports of its own.</param>
/// <param name="Port">Port, 1 to 65535.</param>
public readonly record struct StreamKey(StreamProtocol Protocol, int Port)
{
    /// <summary><c>tcp/5432</c>.</summary>
    public override string ToString() => $"{(Protocol is StreamProtocol.Tcp ? "tcp" : "udp")}/{Port}";
}

/// <summary>What a <see cref="StreamPort"/> carries.</summary>
public enum StreamProtocol
{
    /// <summary>Connections.</summary>
    Tcp,

    /// <summary>Datagrams.</summary>
    Udp,
}

/// <summary>What a <see cref="StreamPort"/> amounts to.</summary>
public sealed record StreamTranslation
{
    /// <summary>The port.</summary>
    public required StreamPort Port { get; init; }

    /// <summary>The ConfigMap that names it.</summary>
    public required ProblemObject Source { get; init; }

    /// <summary>
    /// The endpoints that take traffic now, in a stable order. Without any, connections are closed and datagrams dropped.
    /// </summary>
    public EquatableArray<Endpoint> Endpoints { get; init; }

    /// <summary>
    /// Whether a client always gets the same endpoint, as the Service's <c>sessionAffinity: ClientIP</c> says; else they take turns.
    /// </summary>
    public bool IsByClient { get; init; }

    /// <summary>What is wrong with the Service or its EndpointSlices.</summary>
    public EquatableArray<Problem> Problems { get; init; }
}
