using System.Net;
using System.Security.Authentication;
using Microsoft.AspNetCore.Connections.Features;
using YarpIngress.Proxy.Listeners.ProxyProtocol;

namespace YarpIngress.Observability.AccessLog.Variables;

/// <summary>What the log says of a client's connection.</summary>
internal static class ConnectionValues
{
    public static void RemoteAddress(LogLine line, in LogEntry entry) =>
        Address(line, entry.Request.Client);

    public static void PeerAddress(LogLine line, in LogEntry entry) =>
        Address(line, entry.Context.Features.Get<ProxiedConnection>()?.Proxy ?? entry.Request.Connection.RemoteIpAddress);

    public static void ProxiedAddress(LogLine line, in LogEntry entry) =>
        Address(line, entry.Context.Features.Get<ProxiedConnection>() is null ? null : entry.Request.Connection.RemoteIpAddress);

    public static void LocalAddress(LogLine line, in LogEntry entry) =>
        Address(line, entry.Request.Connection.LocalIpAddress);

    public static ITlsHandshakeFeature? Tls(in LogEntry entry) => entry.Context.Features.Get<ITlsHandshakeFeature>();

    public static void TlsProtocol(LogLine line, in LogEntry entry)
    {
        switch (Tls(entry)?.Protocol)
        {
            case SslProtocols.Tls13:
                line.Raw("TLSv1.3"u8);
                break;
            case SslProtocols.Tls12:
                line.Raw("TLSv1.2"u8);
                break;
            case { } other:
                line.Text(other.ToString());
                break;
            case null:
                line.Nothing();
                break;
        }
    }

    public static LogValue ClientCertificate(string rest) => rest switch
    {
        "verify" => (line, in entry) => line.Text(entry.Request.ClientCertificate?.Verify),
        "s_dn" => (line, in entry) => line.Text(entry.Request.ClientCertificate is { IsNone: false } given ? given.Subject : null),
        "i_dn" => (line, in entry) => line.Text(entry.Request.ClientCertificate is { IsNone: false } given ? given.Issuer : null),
        _ => LogVariables.Unknown,
    };

    private static void Address(LogLine line, IPAddress? address)
    {
        // It keeps its text, which a header of the request to the pod holds too.
        if (address is null)
            line.Nothing();
        else
            line.Unescaped(address.ToString());
    }
}
