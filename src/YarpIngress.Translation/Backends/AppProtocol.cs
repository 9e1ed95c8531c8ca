using YarpIngress.Translation.Model;

namespace YarpIngress.Translation.Backends;

/// <summary>What a port's <c>appProtocol</c> means here.</summary>
public static class AppProtocol
{
    /// <summary>What <see cref="Parse"/> understands, for messages.</summary>
    public const string Known = "http, https, h2c, grpc, grpcs, kubernetes.io/h2c, kubernetes.io/ws, kubernetes.io/wss";

    /// <summary>The protocol, or null for one that is not spoken here.</summary>
    public static BackendProtocol? Parse(string? appProtocol) => appProtocol?.ToLowerInvariant() switch
    {
        null or "" or "http" or "kubernetes.io/ws" => BackendProtocol.Http,
        "https" or "kubernetes.io/wss" => BackendProtocol.Https,
        "h2c" or "grpc" or "kubernetes.io/h2c" => BackendProtocol.H2c,
        "grpcs" => BackendProtocol.Grpcs,
        _ => null,
    };
}
