using System.Collections.Concurrent;
using System.Diagnostics;
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
    private readonly ConcurrentBag<double> _microseconds = [];
    private long _failures;

    // Answered while this process was still compiling itself: they count, their times do not.
    private long _early;

    public static async Task RunAsync(string[] args, CancellationToken ct)
    {
        int Number(int index) => int.Parse(args[index], CultureInfo.InvariantCulture);
        var client = new HandshakeClient(new IPEndPoint(IPAddress.Loopback, Number(0)), args[1], args[2], bool.Parse(args[5]));
        Console.WriteLine(await client.RunAsync(Number(3), TimeSpan.FromSeconds(Number(4)), ct));
    }

    private async Task<ResultLine> RunAsync(int connections, TimeSpan duration, CancellationToken ct)
    {
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => RepeatAsync(started, duration, ct)));
        var elapsed = Stopwatch.GetElapsedTime(started);
        var times = _microseconds.Order().ToArray();
        long At(double quantile) => times.Length == 0 ? 0 : (long)times[Math.Max(0, (int)Math.Ceiling(quantile * times.Length) - 1)];
        return new ResultLine(
            times.Length + _early + _failures, (long)elapsed.TotalMicroseconds, _failures, 0, At(0.5), At(0.99));
    }

    private async Task RepeatAsync(long started, TimeSpan duration, CancellationToken ct)
    {
        while (Stopwatch.GetElapsedTime(started) < duration)
        {
            var asked = Stopwatch.GetTimestamp();
            try
            {
                if (!await AskAsync(ct))
                    Interlocked.Increment(ref _failures);
                else if (Stopwatch.GetElapsedTime(started) < duration / 4)
                    Interlocked.Increment(ref _early);
                else
                    _microseconds.Add(Stopwatch.GetElapsedTime(asked).TotalMicroseconds);
            }
            catch (Exception e) when (e is IOException or SocketException or AuthenticationException)
            {
                Interlocked.Increment(ref _failures);
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
