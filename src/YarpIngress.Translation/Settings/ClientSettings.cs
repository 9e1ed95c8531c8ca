using YarpIngress.Translation.Model;

namespace YarpIngress.Translation.Settings;

/// <summary>What the global settings say of proxies in front of the gateway: whose word counts for who a client is.</summary>
public sealed record ClientSettings
{
    /// <summary>The networks of which nobody on the Internet has an address: loopback, private, shared and link-local ones.</summary>
    public static readonly AddressList PrivateNetworks = AddressList.Of([
        "127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16",
        "::1/128", "fc00::/7", "fe80::/10"]);

    /// <summary><c>use-proxy-protocol</c>: every connection to a traffic port begins with a header of the PROXY protocol.</summary>
    public bool ProxyProtocol { get; init; }

    /// <summary><c>proxy-protocol-header-timeout</c>: how long that header may take.</summary>
    public TimeSpan ProxyHeaderTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary><c>use-forwarded-headers</c>: X-Forwarded-For, -Proto, -Host and -Port of a trusted proxy are taken over.</summary>
    public bool ForwardedHeaders { get; init; }

    /// <summary><c>enable-real-ip</c>: <see cref="ForwardedForHeader"/> of a trusted proxy is taken over, and no other.</summary>
    public bool RealIp { get; init; }

    /// <summary><c>forwarded-for-header</c>: the header with the client's address.</summary>
    public string ForwardedForHeader { get; init; } = "X-Forwarded-For";

    /// <summary><c>forwarded-host-header</c>: the header with the host that the client asked for.</summary>
    public string ForwardedHostHeader { get; init; } = "X-Forwarded-Host";

    /// <summary><c>compute-full-forwarded-for</c>: a trusted proxy's X-Forwarded-For is added to, not replaced.</summary>
    public bool FullForwardedFor { get; init; }

    /// <summary><c>proxy-real-ip-cidr</c>: the proxies that are trusted.</summary>
    public AddressList TrustedProxies { get; init; } = PrivateNetworks;

    /// <summary>The key with a value that is not allowed: who a client is can't be told for sure. Null when there is none.</summary>
    public string? Broken { get; init; }
}
