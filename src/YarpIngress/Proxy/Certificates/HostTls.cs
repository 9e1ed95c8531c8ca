using System.Net.Security;
using Microsoft.AspNetCore.Http.Features;
using YarpIngress.Translation.Model;
using YarpIngress.Translation.Settings;

namespace YarpIngress.Proxy.Certificates;

/// <summary>What the handshakes of a host have that others do not; most hosts have none.</summary>
internal sealed class HostTls
{
    private readonly string? _ciphers;

    private HostTls(ClientCertificatePolicy? clients, string? ciphers)
    {
        Clients = clients is null ? null : new ClientVerifier(clients);
        _ciphers = ciphers;
    }

    /// <summary>Verifies the certificates of clients; null when nothing is said about them.</summary>
    public ClientVerifier? Clients { get; }

    /// <summary>That of a host; the former one when it says the same, since connections refer to it. Null for none.</summary>
    public static HostTls? Of(VirtualHost host, HostTls? former) =>
        host is { ClientCertificates: null, Ciphers: null } ? null
        : former?.Clients?.Policy == host.ClientCertificates && former?._ciphers == host.Ciphers ? former
        : new HostTls(host.ClientCertificates, host.Ciphers);

    /// <summary>The options for a handshake of the host.</summary>
    /// <param name="plain">Those that it would have without this.</param>
    /// <param name="settings">The global settings.</param>
    /// <param name="connection">The features of the connection.</param>
    public SslServerAuthenticationOptions OptionsFor(
        SslServerAuthenticationOptions plain, TlsSettings settings, IFeatureCollection connection)
    {
        var server = plain.ServerCertificateContext ?? throw new InvalidOperationException("A handshake without a certificate.");
        if (Clients is not { Asks: true } clients)
            return ServerCertificate.Options(settings, server, _ciphers ?? settings.Ciphers);
        var handshake = new ClientHandshake(clients);
        connection.Set(handshake);
        var options = ServerCertificate.Options(settings, clients.ContextFor(server), _ciphers ?? settings.Ciphers);
        options.ClientCertificateRequired = true;
        // The runtime keeps sessions by the server's certificate alone: one that was made for another host, or before the policy,
        // would be taken up without anybody being asked.
        options.AllowTlsResume = false;
        options.CertificateChainPolicy = clients.ChainPolicy();
        options.RemoteCertificateValidationCallback = (_, certificate, chain, _) => handshake.Take(certificate, chain);
        return options;
    }
}
