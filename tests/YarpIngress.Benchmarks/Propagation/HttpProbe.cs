using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using YarpIngress.Benchmarks.Traffic;

namespace YarpIngress.Benchmarks.Propagation;

/// <summary>
/// Asks again and again, without a pause, until the answer is the awaited one: over one connection, or over a new one each
/// time for a server that keeps connections with the process that has the former configuration.
/// </summary>
internal sealed class HttpProbe(int port, bool newConnections = false) : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);
    private HttpConnection? _connection;

    /// <summary>The moment at which the first answer that contains <paramref name="awaited"/> was read.</summary>
    public async Task<long> UntilAsync(string host, string path, string awaited, CancellationToken ct)
    {
        var request = HttpConnection.Request("GET", host, path);
        var expected = Encoding.ASCII.GetBytes(awaited);
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            var answer = await AskAsync(request, ct);
            var now = Stopwatch.GetTimestamp();
            if (answer?.Contains(expected) == true)
                return now;
            if (Stopwatch.GetElapsedTime(started, now) > Deadline)
                throw new TimeoutException($"http://{host}{path} does not answer '{awaited}'; last: {answer}");
        }
    }

    private async Task<HttpAnswer?> AskAsync(byte[] request, CancellationToken ct)
    {
        try
        {
            _connection ??= await HttpConnection.OpenAsync(new IPEndPoint(IPAddress.Loopback, port), ct);
            var answer = await _connection.AskAsync(request, ct);
            if (newConnections || _connection.Closes)
                Close();
            return answer;
        }
        catch (Exception e) when (newConnections && e is (EndOfStreamException or SocketException))
        {
            // A reload may drop connections that the former process had not yet looked at.
            Close();
            return null;
        }
    }

    public void Dispose() => Close();

    private void Close()
    {
        _connection?.Dispose();
        _connection = null;
    }
}
