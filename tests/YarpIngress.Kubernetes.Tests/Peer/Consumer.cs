using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using YarpIngress.Kubernetes.Models;

namespace YarpIngress.Kubernetes.Tests.Peer;

/// <summary>An informer of ConfigMaps with everything that it told, in order, and a state kept from that alone.</summary>
internal sealed class Consumer : IAsyncDisposable
{
    /// <summary>Only an open watch is waited for as long.</summary>
    private static readonly TimeSpan ShortestWatch = TimeSpan.FromMinutes(5);

    private readonly Channel<string> _told = Channel.CreateUnbounded<string>();
    private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly ApiClient _client;
    private readonly Task _run;

    public Consumer(
        ApiPeer peer, InformerOptions<V1ConfigMap>? options = null, Action<InformerEvent<V1ConfigMap>>? also = null, ILogger? log = null)
        : this(peer.Config, options, also, log)
    {
    }

    public Consumer(
        ClusterConfig config, InformerOptions<V1ConfigMap>? options = null, Action<InformerEvent<V1ConfigMap>>? also = null,
        ILogger? log = null)
    {
        _client = new ApiClient(config, time: Time);
        Informer = new Informer<V1ConfigMap>(
            _client,
            options ?? new InformerOptions<V1ConfigMap>(),
            change =>
            {
                try
                {
                    also?.Invoke(change);
                }
                finally
                {
                    // Last: who has read what was told finds done what goes with it.
                    _told.Writer.TryWrite(Describe(change));
                }
            },
            log ?? NullLogger.Instance,
            Time);
        _run = Informer.RunAsync(_stop.Token);
    }

    public ManualTime Time { get; } = new();

    public Informer<V1ConfigMap> Informer { get; }

    /// <summary>The next things told are exactly these.</summary>
    public async Task ExpectAsync(params string[] expected)
    {
        var got = new List<string>();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Eventually.Deadline);
        try
        {
            while (got.Count < expected.Length)
                got.Add(await _told.Reader.ReadAsync(limit.Token));
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"Expected {string.Join(" | ", expected)}; got only {string.Join(" | ", got)}. Health: {Informer.Health}");
        }

        Assert.Equal(expected, got);
    }

    /// <summary>
    /// Waits until a watch is open as the client sees it: the request may be there, and its answer have begun, for long before that.
    /// </summary>
    public Task IsWatchingAsync() => Eventually.IsTrueAsync(() => Time.Waits(ShortestWatch));

    public void ExpectNothingMore() => Assert.False(_told.Reader.TryPeek(out var more), $"told without need: {more}");

    private static string Describe(InformerEvent<V1ConfigMap> change)
    {
        var version = change.Object?.Metadata.ResourceVersion ?? change.Malformed?.ResourceVersion;
        var before = change.Previous is { } previous ? $" (was {previous.Metadata.ResourceVersion})" : "";
        return change.Type == InformerEventType.Synced ? "Synced" : $"{change.Type} {change.Key?.Name ?? "?"}@{version}{before}";
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _run;
        _client.Dispose();
        _stop.Dispose();
    }
}
