using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace YarpIngress.Tests.ClientCertificates;

/// <summary>
/// One request on a connection of its own, and how much its client sent: a session that is taken up sends no certificate.
/// </summary>
internal sealed record HandshakeSize(long BytesSent, string Answer)
{
    public static async Task<HandshakeSize> MeasureAsync(
        int port, string host, SslProtocols protocol, X509Certificate2? certificate = null, X509Certificate2? issuer = null,
        string? asked = null)
    {
        var ct = TestContext.Current.CancellationToken;
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port, ct);
        await using var counted = new CountedStream(new NetworkStream(socket));
        await using var tls = new SslStream(counted);
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = host,
                EnabledSslProtocols = protocol,
                RemoteCertificateValidationCallback = (_, _, _, _) => true,
                ClientCertificateContext = certificate is null
                    ? null
                    : SslStreamCertificateContext.Create(certificate, issuer is null ? [] : [issuer], offline: true),
            },
            ct);
        var sent = counted.BytesWritten;
        await tls.WriteAsync(Encoding.ASCII.GetBytes($"GET / HTTP/1.1\r\nHost: {asked ?? host}\r\nConnection: close\r\n\r\n"), ct);
        using var answer = new StreamReader(tls, Encoding.Latin1);
        return new HandshakeSize(sent, await answer.ReadToEndAsync(ct));
    }
}
