using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;

namespace YarpIngress.Benchmarks.Traffic;

/// <summary>
/// A constant number of requests per second over a number of keep-alive connections, whatever the answers take: a request
/// that has to wait for a free connection counts from the moment at which it was due.
/// </summary>
internal sealed class SteadyLoad : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop;
    private readonly Channel<long> _due = Channel.CreateUnbounded<long>(new UnboundedChannelOptions { SingleWriter = true });
    private readonly IPEndPoint _gateway;
    private readonly IReadOnlyList<byte[]> _requests;
    private readonly Task _running;
    private Outcomes _outcomes = new();
    private int _turn;

    private SteadyLoad(IPEndPoint gateway, IReadOnlyList<byte[]> requests, int perSecond, int connections, CancellationToken ct)
    {
        (_gateway, _requests) = (gateway, requests);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        _running = Task.WhenAll(
            [PaceAsync(perSecond, _stop.Token), .. Enumerable.Range(0, connections).Select(_ => AskAsync(_stop.Token))]);
    }

    /// <summary>Sends <paramref name="requests"/> in turn until it is disposed of.</summary>
    public static SteadyLoad Start(
        int gatewayPort, IReadOnlyList<byte[]> requests, int perSecond, CancellationToken ct, int connections = 64) =>
        new(new IPEndPoint(IPAddress.Loopback, gatewayPort), requests, perSecond, connections, ct);

    /// <summary>What came since the last call.</summary>
    public Outcomes TakeOutcomes() => Interlocked.Exchange(ref _outcomes, new Outcomes());

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        try
        {
            await _running;
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }

        _stop.Dispose();
    }

    private async Task PaceAsync(int perSecond, CancellationToken ct)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(1));
        var started = Stopwatch.GetTimestamp();
        for (var sent = 0L; await timer.WaitForNextTickAsync(ct);)
        {
            var now = Stopwatch.GetTimestamp();
            for (var due = (long)(Stopwatch.GetElapsedTime(started, now).TotalSeconds * perSecond); sent < due; sent++)
                _due.Writer.TryWrite(now);
        }
    }

    private async Task AskAsync(CancellationToken ct)
    {
        HttpConnection? connection = null;
        var (outcomes, times) = ((Outcomes?)null, new Distribution());
        try
        {
            await foreach (var due in _due.Reader.ReadAllAsync(ct))
            {
                if (outcomes != _outcomes)
                    times = (outcomes = _outcomes).NewConnection();
                connection = await AskAsync(connection, outcomes, times, due, ct);
            }
        }
        finally
        {
            connection?.Dispose();
        }
    }

    // Returns the connection if it can be used again.
    private async Task<HttpConnection?> AskAsync(
        HttpConnection? connection, Outcomes outcomes, Distribution times, long due, CancellationToken ct)
    {
        var request = _requests[(int)((uint)Interlocked.Increment(ref _turn) % _requests.Count)];
        try
        {
            connection ??= await HttpConnection.OpenAsync(_gateway, ct);
            var answer = await connection.AskAsync(request, ct);
            times.Add(Stopwatch.GetElapsedTime(due));
            if (answer.Status != 200)
                outcomes.Fail($"{answer.Status} to {MethodOf(request)}");
            if (!connection.Closes)
                return connection;
        }
        catch (Exception e) when (e is EndOfStreamException or SocketException)
        {
            var kind = e is SocketException { SocketErrorCode: var code } ? code.ToString() : e.Message;
            outcomes.Fail($"{kind} to {MethodOf(request)}");
        }

        connection?.Dispose();
        return null;
    }

    private static string MethodOf(byte[] request) => Encoding.ASCII.GetString(request, 0, Array.IndexOf(request, (byte)' '));
}
