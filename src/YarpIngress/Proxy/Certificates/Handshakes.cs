using System.Net.Security;
using System.Security.Authentication;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using YarpIngress.Proxy.Routing;

namespace YarpIngress.Proxy.Certificates;

/// <summary>
/// Decides how a handshake is made, by the name that the client asks for: the certificate that is presented, and what the host
/// wants of clients, which is found as for the requests that will follow.
/// </summary>
internal sealed class Handshakes(CertificateTable certificates, RoutingTable<ProxyRoute> routes)
{
    /// <summary>The options for a handshake.</summary>
    /// <exception cref="AuthenticationException">There is none: the connection is closed.</exception>
    public SslServerAuthenticationOptions OptionsFor(TlsHandshakeCallbackContext handshake)
    {
        var name = handshake.ClientHelloInfo.ServerName;
        var host = routes.FindHost(name.EndsWith('.') ? name.AsSpan(0, name.Length - 1) : name);
        var settings = certificates.Settings;
        if (settings.RejectsUnknownHosts && host is null or { Host: "" })
            throw new AuthenticationException("ssl-reject-handshake is on, and nothing names the host.");
        var options = certificates.OptionsFor(name);
        return host?.Tls is { } tls ? tls.OptionsFor(options, settings, handshake.Connection.Features) : options;
    }
}
