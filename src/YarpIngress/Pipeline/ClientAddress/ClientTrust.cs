using System.Net;
using YarpIngress.Translation.Settings;

namespace YarpIngress.Pipeline.ClientAddress;

/// <summary>Whose word counts for who a client is, and for how it asked; see <see cref="ClientSettings"/>.</summary>
internal sealed class ClientTrust(ClientSettings settings)
{
    /// <summary>Nobody's, which costs nothing.</summary>
    public static readonly ClientTrust Nobody = new(new ClientSettings());

    /// <summary>Whether a request may be another client's than its connection's, or may have come in another way.</summary>
    public bool IsUsed { get; } = settings.ProxyProtocol || settings.ForwardedHeaders || settings.RealIp;

    /// <summary>Whether the way that a request came in is told by headers.</summary>
    public bool ReadsForwarded => settings.ForwardedHeaders;

    /// <summary>Whether the client's address is told by a header.</summary>
    public bool ReadsAddress => settings.ForwardedHeaders || settings.RealIp;

    /// <summary>Whether X-Forwarded-For is added to.</summary>
    public bool Adds => settings is { ForwardedHeaders: true, FullForwardedFor: true };

    /// <summary>The header with addresses.</summary>
    public string AddressHeader => settings.ForwardedForHeader;

    /// <summary>The header with the host.</summary>
    public string HostHeader => settings.ForwardedHostHeader;

    /// <summary>The key that leaves it open who a client is; null when none does.</summary>
    public string? Broken => settings.Broken;

    /// <summary>Whether <paramref name="address"/> is a proxy's that is believed.</summary>
    public bool Trusts(IPAddress address) => settings.TrustedProxies.Contains(address);
}

/// <summary>The trust that requests and connections begin with from now on.</summary>
internal sealed class ClientTrusts
{
    private volatile Current _current = new(new ClientSettings());

    /// <summary>For requests.</summary>
    public ClientTrust Trust => _current.Trust;

    /// <summary>For connections.</summary>
    public ClientSettings Settings => _current.Settings;

    /// <summary>Follows the global settings.</summary>
    public void Set(ClientSettings settings)
    {
        if (_current.Settings != settings)
            _current = new Current(settings);
    }

    private sealed class Current(ClientSettings settings)
    {
        public ClientSettings Settings { get; } = settings;

        public ClientTrust Trust { get; } = new(settings);
    }
}
