using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace YarpIngress.Benchmarks.Load;

/// <summary>The other end of <see cref="Handshakes"/>: connects, shakes hands, asks once, reads the answer to its end.</summary>
internal sealed class HandshakeClient(IPEndPoint target, string host, string path, bool resumes)
{
    /// <summary>The first argument, which makes the benchmarks' program this client.</summary>
    public const string Mode = "handshakes";

    private readonly byte[] _request = Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");

    public static async Task RunAsync(string[] args, CancellationToken ct)
    {
        int Number(int index) => int.Parse(args[index], CultureInfo.InvariantCulture);
        var client = new HandshakeClient(new IPEndPoint(IPAddress.Loopback, Number(0)), args[1], args[2], bool.Parse(args[5]));
        var duration = TimeSpan.FromSeconds(Number(4));
        Console.WriteLine(await Tries.RunAsync(Number(3), duration, duration / 4, tries => client.RepeatAsync(tries, ct)));
    }

    private async Task RepeatAsync(Tries tries, CancellationToken ct)
    {
        while (tries.Begin(out var began))
        {
            try
            {
                if (await AskAsync(ct))
                    tries.Succeed(began);
                else
                    tries.Fail();
            }
            catch (Exception e) when (e is IOException or SocketException or AuthenticationException)
            {
                tries.Fail();
            }
        }
    }

    private async Task<bool> AskAsync(CancellationToken ct)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(target, ct);
        await using var tls = new SslStream(new NetworkStream(socket));
        await tls.AuthenticateAsClientAsync(Options(), ct);
        await tls.WriteAsync(_request, ct);
        var buffer = new byte[4096];
        var filled = 0;
        while (await tls.ReadAsync(buffer.AsMemory(filled), ct) is > 0 and var read)
            filled += read;
        return buffer.AsSpan(0, filled).StartsWith("HTTP/1.1 200"u8);
    }

    private SslClientAuthenticationOptions Options() => new()
    {
        TargetHost = host,
        EnabledSslProtocols = SslProtocols.Tls13,
        AllowTlsResume = resumes,
        // The certificate is the benchmark's own: the client is not to spend its time on the machine's trust store.
        CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, DisableCertificateDownloads = true },
        RemoteCertificateValidationCallback = (_, _, _, _) => true,
    };
}
