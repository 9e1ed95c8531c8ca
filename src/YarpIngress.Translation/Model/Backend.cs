namespace YarpIngress.Translation.Model;

/// <summary>A Service port and the endpoints that serve it. Becomes one YARP cluster.</summary>
public sealed record Backend
{
    /// <summary>Which Service port.</summary>
    public required BackendKey Key { get; init; }

    /// <summary>What the endpoints speak; from <c>backend-protocol</c>, else from the port's <c>appProtocol</c>.</summary>
    public required BackendProtocol Protocol { get; init; }

    /// <summary>What the Secret of <c>proxy-ssl-secret</c> holds; null without one.</summary>
    public BackendCredentials? Credentials { get; init; }

    /// <summary>The endpoints that take traffic now, without duplicates, in a stable order. None answers 503.</summary>
    public required EquatableArray<Endpoint> Endpoints { get; init; }

    /// <summary>How one of them is chosen, by the key's policy or the Service's own affinity; null is each in its turn.</summary>
    public BalancingPolicy? Balancing { get; init; }
}

/// <summary>Names a backend: a Service port as the Ingress wrote it.</summary>
/// <param name="Namespace">Namespace of the Service.</param>
/// <param name="Service">Name of the Service.</param>
/// <param name="Port">Port number or port name; empty for the first port.</param>
/// <param name="Policy">What annotations say about it; null when they say nothing.</param>
public readonly record struct BackendKey(string Namespace, string Service, string Port, BackendPolicy? Policy = null)
{
    /// <summary><c>namespace/service:port</c>, and the policy behind it where there is one: also the YARP cluster id.</summary>
    public override string ToString() =>
        $"{Namespace}/{Service}{(IsFirstPort ? "" : ":")}{Port}{(Policy is null ? "" : $" ({Policy})")}";

    /// <summary>Stands for a backend that can't be served at all, such as another resource than a Service: answers 503.</summary>
    public static BackendKey None(string namespaceName) => new(namespaceName, "", "");

    /// <summary>Whether the first port of the Service is meant, whichever that is: <see cref="Port"/> is empty then.</summary>
    public bool IsFirstPort => Port.Length == 0 && Service.Length > 0;

    /// <summary>Whether this is <see cref="None"/>.</summary>
    public bool IsNone => Service.Length == 0;
}

/// <summary>One address that serves a backend.</summary>
/// <param name="Address">IPv4 or IPv6 address without brackets, or a DNS name for ExternalName.</param>
/// <param name="Port">Port, 1 to 65535.</param>
public readonly record struct Endpoint(string Address, int Port)
{
    /// <summary><c>address:port</c>, IPv6 in brackets: also the YARP destination id.</summary>
    public override string ToString() => Address.Contains(':') ? $"[{Address}]:{Port}" : $"{Address}:{Port}";
}

/// <summary>What the endpoints of a backend speak.</summary>
public enum BackendProtocol
{
    /// <summary>HTTP/1.1 in clear; WebSocket upgrades included.</summary>
    Http,

    /// <summary>HTTP/2 in clear with prior knowledge (<c>kubernetes.io/h2c</c>, <c>grpc</c>).</summary>
    H2c,

    /// <summary>HTTP/1.1 or HTTP/2 over TLS; the certificate is not verified, as in ingress-nginx.</summary>
    Https,

    /// <summary>HTTP/2 over TLS (<c>grpcs</c>); the certificate is not verified.</summary>
    Grpcs,

    /// <summary>HTTP/1.1, in clear or over TLS as the client's request came (<c>AUTO_HTTP</c>).</summary>
    Auto,
}
