using System.Security.Authentication;
using YarpIngress.Kubernetes;

namespace YarpIngress.Translation.Model;

/// <summary>TLS to the endpoints, for those that speak it.</summary>
public sealed record BackendTlsPolicy
{
    /// <summary>Of a backend that nothing is said about.</summary>
    public static BackendTlsPolicy None { get; } = new();

    /// <summary><c>proxy-ssl-secret</c>: holds the certificate to present and the authority to verify by; null for neither.</summary>
    public ObjectKey? Secret { get; init; }

    /// <summary><c>proxy-ssl-verify</c>: whether an endpoint's certificate is verified.</summary>
    public bool Verify { get; init; }

    /// <summary><c>proxy-ssl-verify-depth</c>: how many authorities may stand between certificate and root at most.</summary>
    public int Depth { get; init; } = 1;

    /// <summary><c>proxy-ssl-name</c>: the name that the certificate is verified for; null takes the request's host.</summary>
    public string? Name { get; init; }

    /// <summary>
    /// <c>proxy-ssl-server-name</c>: whether the name is sent (SNI). Null when nothing is said: then the request's host is sent.
    /// </summary>
    public bool? SendName { get; init; }

    /// <summary><c>proxy-ssl-protocols</c>; none leaves the choice to the platform.</summary>
    public SslProtocols Protocols { get; init; }

    /// <summary><c>proxy-ssl-ciphers</c>: names of OpenSSL with colons between; null leaves the choice to the platform.</summary>
    public string? Ciphers { get; init; }

    /// <summary>Only what is set.</summary>
    public override string ToString() => string.Join(' ', new[]
    {
        "tls",
        Secret is { } secret ? $"secret {secret}" : null,
        Verify ? Depth == 1 ? "verify" : $"verify depth {Depth}" : null,
        Name is null ? null : $"name {Name}",
        SendName is { } send ? send ? "sni on" : "sni off" : null,
        Protocols is SslProtocols.None ? null : Protocols.ToString().Replace(", ", "+", StringComparison.Ordinal),
        Ciphers is null ? null : $"ciphers {Ciphers}",
    }.OfType<string>());
}
