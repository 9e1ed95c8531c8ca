using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using YarpIngress.Kubernetes.Models;

namespace YarpIngress.Kubernetes;

/// <summary>An open watch: one JSON event a line, for as long as the server likes.</summary>
internal sealed class WatchStream<T>(ApiResponse response, PipeReader pipe) : IAsyncDisposable
    where T : class, IKubernetesObject<T>
{
    public static async Task<WatchStream<T>> OpenAsync(ApiResponse response)
    {
        try
        {
            return new WatchStream<T>(response, PipeReader.Create(await response.OpenAsync().ConfigureAwait(false)));
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    /// <summary>The next event; null when the server ended the watch in good order.</summary>
    /// <exception cref="ApiException">The server reports an error, or the stream broke.</exception>
    public async Task<WatchEvent<T>?> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await ReadLineAsync().ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (response.Patience.Ended)
        {
            throw response.Patience.Error(response.Request, e);
        }
        catch (JsonException e)
        {
            throw new ApiException(response.Request, ApiException.UnreadableAnswer, "the watch holds a line that is no event", e);
        }
        catch (Exception e) when (ApiErrors.IsExpected(e))
        {
            // A connection torn down by cancellation fails in many ways.
            cancellationToken.ThrowIfCancellationRequested();
            throw ApiErrors.FromFailure(response.Request, e);
        }
    }

    private async Task<WatchEvent<T>?> ReadLineAsync()
    {
        long scanned = 0;
        while (true)
        {
            var read = await pipe.ReadAsync(response.Patience.Token).ConfigureAwait(false);
            var buffer = read.Buffer;
            if (buffer.Slice(scanned).PositionOf((byte)'\n') is { } end)
            {
                var line = buffer.Slice(0, end);
                var found = IsBlank(line) ? (WatchEvent<T>?)null : Parse(line);
                pipe.AdvanceTo(buffer.GetPosition(1, end));
                if (found is not null)
                    return found;
                scanned = 0;
                continue;
            }

            if (read.IsCompleted)
                return IsBlank(buffer) ? null : Last(buffer);
            if (buffer.Length > JsonLimits.MaxObjectBytes)
                throw new JsonException($"an event is larger than {JsonLimits.MaxObjectBytes} bytes");

            scanned = buffer.Length;
            pipe.AdvanceTo(buffer.Start, buffer.End);
        }
    }

    /// <summary>What came after the last line end: a whole event, or the stream broke in the middle of one.</summary>
    private WatchEvent<T> Last(ReadOnlySequence<byte> rest)
    {
        WatchEvent<T> found;
        try
        {
            found = Parse(rest);
        }
        catch (JsonException)
        {
            throw new EndOfStreamException("the watch ended in mid-object");
        }

        pipe.AdvanceTo(rest.End);
        return found;
    }

    private WatchEvent<T> Parse(ReadOnlySequence<byte> line)
    {
        var (type, json) = WatchEnvelope.Read(line);
        switch (type)
        {
            case "ERROR":
                throw Error(json);
            case "BOOKMARK":
                return new WatchEvent<T>(WatchEventType.Bookmark, null, null, ObjectIdentity.Read(json).ResourceVersion);
            case "ADDED" or "MODIFIED" or "DELETED":
                var (value, malformed) = ObjectDecoder.Decode<T>(json);
                return new WatchEvent<T>(
                    type switch { "ADDED" => WatchEventType.Added, "MODIFIED" => WatchEventType.Modified, _ => WatchEventType.Deleted },
                    value,
                    malformed,
                    value is null ? malformed?.ResourceVersion : value.Metadata.ResourceVersion);
            default:
                throw new JsonException("an event of no known type");
        }
    }

    private ApiException Error(ReadOnlySequence<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        var status = JsonSerializer.Deserialize(ref reader, KubernetesJson.Default.V1Status) ?? new V1Status();
        status.Code ??= 500;
        status.Reason ??= "InternalError";
        TimeSpan? wait = status.Details?.RetryAfterSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
        return new ApiException(response.Request, status, wait);
    }

    private static bool IsBlank(ReadOnlySequence<byte> text)
    {
        foreach (var part in text)
        {
            if (part.Span.ContainsAnyExcept(" \t\r\n"u8))
                return false;
        }

        return true;
    }

    public async ValueTask DisposeAsync()
    {
        // Disposed first: completing the pipe would else wait for the rest of a stream that has no end.
        response.Dispose();
        await pipe.CompleteAsync().ConfigureAwait(false);
    }
}
