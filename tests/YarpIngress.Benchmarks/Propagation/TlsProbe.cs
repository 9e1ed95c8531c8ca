using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace YarpIngress.Benchmarks.Propagation;

/// <summary>Makes full TLS handshakes without a pause until the certificate is the awaited one.</summary>
internal sealed class TlsProbe(int port)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    /// <summary>The moment at which the first handshake that showed the certificate of this serial number was complete.</summary>
    public async Task<long> UntilAsync(string host, string serialNumber, CancellationToken ct)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            var found = await SerialNumberAsync(host, ct);
            var now = Stopwatch.GetTimestamp();
            if (found == serialNumber)
                return now;
            if (Stopwatch.GetElapsedTime(started, now) > Deadline)
                throw new TimeoutException($"{host} does not show the certificate {serialNumber}, but {found}");
        }
    }

    private async Task<string?> SerialNumberAsync(string host, CancellationToken ct)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port, ct);
        await using var tls = new SslStream(new NetworkStream(socket));
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = host,
                AllowTlsResume = false,
                CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
                RemoteCertificateValidationCallback = (_, _, _, _) => true,
            },
            ct);
        return tls.RemoteCertificate?.GetSerialNumberString();
    }
}
