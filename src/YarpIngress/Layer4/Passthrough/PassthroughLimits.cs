using YarpIngress.Translation.Model;

namespace YarpIngress.Layer4.Passthrough;

/// <summary>Bounds of connections that are passed through.</summary>
internal sealed record PassthroughLimits
{
    /// <summary>How long a client may take for its first message: as long as Kestrel gives it for the handshake.</summary>
    public TimeSpan HelloTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How many connections one host may have at a time, in this replica: nginx's <c>max-worker-connections</c>.</summary>
    public int MostConnections { get; init; } = 16_384;

    /// <summary>How long one attempt to connect may take.</summary>
    public TimeSpan ConnectTimeout { get; init; } = BackendPolicy.DefaultConnectTimeout;

    /// <summary>How many endpoints are tried where there are several.</summary>
    public int Tries { get; init; } = 3;

    /// <summary>How long a connection may stand still.</summary>
    public RelayLimits Relay { get; init; } = RelayLimits.Default;
}
