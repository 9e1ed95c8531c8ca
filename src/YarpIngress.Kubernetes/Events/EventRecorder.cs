using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using YarpIngress.Kubernetes.Models;

namespace YarpIngress.Kubernetes;

/// <summary>
/// Writes Events on objects, where <c>kubectl describe</c> shows them.
/// Recording never waits: what the server can't take is dropped and counted.
/// </summary>
public sealed partial class EventRecorder
{
    private const int MaxMessageBytes = 1024;
    private const int MaxTries = 5;

    private readonly ApiClient _client;
    private readonly EventRecorderOptions _options;
    private readonly ILogger _log;
    private readonly TimeProvider _time;
    private readonly Channel<Occurrence> _queue;
    private readonly EventCorrelator _correlator = new();
    private readonly Lock _lock = new();
    private long _dropped;
    private bool _failing;

    /// <summary>Takes events at once, but sends none before <see cref="RunAsync"/>.</summary>
    public EventRecorder(ApiClient client, EventRecorderOptions options, ILogger log, TimeProvider? time = null)
    {
        (_client, _options, _log, _time) = (client, options, log, time ?? TimeProvider.System);
        _queue = Channel.CreateBounded<Occurrence>(new BoundedChannelOptions(options.QueueLength) { SingleReader = true });
    }

    /// <summary>Events that were lost: the queue was full, or the server did not take them.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>A reference to <paramref name="value"/>.</summary>
    public static V1ObjectReference ReferenceTo<T>(T value)
        where T : class, IKubernetesObject<T> => new()
        {
            ApiVersion = T.Resource.ApiVersion,
            Kind = T.Resource.Kind,
            Name = value.Metadata.Name,
            NamespaceProperty = value.Metadata.NamespaceProperty,
            Uid = value.Metadata.Uid,
            ResourceVersion = value.Metadata.ResourceVersion,
        };

    /// <summary>Records an event on <paramref name="value"/>.</summary>
    public void Record<T>(T value, EventType type, string reason, string message)
        where T : class, IKubernetesObject<T> => Record(ReferenceTo(value), type, reason, message);

    /// <summary>Records an event. Returns at once.</summary>
    /// <param name="on">The object; needs kind and name.</param>
    /// <param name="type">Normal or Warning.</param>
    /// <param name="reason">CamelCase, for programs.</param>
    /// <param name="message">For people; cut at 1024 bytes.</param>
    public void Record(V1ObjectReference on, EventType type, string reason, string message)
    {
        Occurrence? occurrence;
        lock (_lock)
            occurrence = _correlator.Observe(on, type, reason, message, _time.GetUtcNow());

        if (occurrence is not null && !_queue.Writer.TryWrite(occurrence))
            Interlocked.Increment(ref _dropped);
    }

    /// <summary>Sends what is recorded until cancelled, then returns.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var occurrence in _queue.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
                await SendAsync(occurrence, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return;
        }
    }

    private async Task SendAsync(Occurrence occurrence, CancellationToken cancellationToken)
    {
        var backoff = new Backoff(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30));
        for (var tries = 1; ; tries++)
        {
            try
            {
                await WriteAsync(occurrence, cancellationToken).ConfigureAwait(false);
                _failing = false;
                return;
            }
            catch (ApiException e) when (e.IsTransient && tries < MaxTries)
            {
                Failing(e.Message);
                var pause = backoff.Next();
                await Task.Delay(e.RetryAfter > pause ? e.RetryAfter.Value : pause, _time, cancellationToken).ConfigureAwait(false);
            }
            catch (ApiException e)
            {
                // The namespace may be on its way out, or we may not write events; the next one will tell.
                Interlocked.Increment(ref _dropped);
                Failing(e.Message);
                return;
            }
        }
    }

    private async Task WriteAsync(Occurrence occurrence, CancellationToken cancellationToken)
    {
        var value = ToEvent(occurrence);
        if (occurrence.Count > 1)
        {
            try
            {
                await _client.PatchAsync<Corev1Event>(
                    occurrence.Namespace, occurrence.Name, CountUp(value), cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (ApiException e) when (e.IsNotFound)
            {
                // Events live for an hour; the next occurrence begins a new one under the same name.
                Log.Gone(_log, occurrence.Name);
            }
        }

        try
        {
            await _client.CreateAsync(value, cancellationToken).ConfigureAwait(false);
        }
        catch (ApiException e) when (e.IsAlreadyExists)
        {
            // The answer to an earlier try was lost.
            Log.There(_log, occurrence.Name);
        }
    }

    private static Patch CountUp(Corev1Event value) => Patch.StrategicMerge(new JsonObject
    {
        ["count"] = value.Count,
        ["lastTimestamp"] = value.LastTimestamp?.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture),
        ["message"] = value.Message,
    });

    private Corev1Event ToEvent(Occurrence occurrence) => new()
    {
        Metadata = new() { Name = occurrence.Name, NamespaceProperty = occurrence.Namespace },
        InvolvedObject = occurrence.On,
        Type = occurrence.Type.ToString(),
        Reason = occurrence.Reason,
        Message = Cut(occurrence.Message),
        Source = new() { Component = _options.Component, Host = _options.Instance },
        ReportingComponent = _options.Component,
        ReportingInstance = _options.Instance ?? "",
        Count = occurrence.Count,
        FirstTimestamp = occurrence.First.UtcDateTime,
        LastTimestamp = occurrence.Last.UtcDateTime,
    };

    private static string Cut(string message)
    {
        if (Encoding.UTF8.GetByteCount(message) <= MaxMessageBytes)
            return message;

        var (bytes, length) = (0, 0);
        foreach (var rune in message.EnumerateRunes())
        {
            if (bytes + rune.Utf8SequenceLength > MaxMessageBytes - 3)
                break;
            (bytes, length) = (bytes + rune.Utf8SequenceLength, length + rune.Utf16SequenceLength);
        }

        return message[..length] + "…";
    }

    private void Failing(string error)
    {
        if (!_failing)
            Log.Failing(_log, error);
        _failing = true;
    }

    private static partial class Log
    {
        [LoggerMessage(40, LogLevel.Warning, "Events can't be written at present: {Error}")]
        public static partial void Failing(ILogger logger, string error);

        [LoggerMessage(41, LogLevel.Debug, "Event {Name} is gone, making it anew")]
        public static partial void Gone(ILogger logger, string name);

        [LoggerMessage(42, LogLevel.Debug, "Event {Name} is there already")]
        public static partial void There(ILogger logger, string name);
    }
}
