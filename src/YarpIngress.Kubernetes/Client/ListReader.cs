using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using YarpIngress.Kubernetes.Models;

namespace YarpIngress.Kubernetes;

/// <summary>
/// Reads a list answer while it arrives and decodes item by item, so that memory holds one item's JSON at a time and one
/// bad item costs nothing but itself.
/// </summary>
internal sealed class ListReader<T>(ApiResponse response)
    where T : class, IKubernetesObject<T>
{
    private readonly List<T> _items = [];
    private readonly List<MalformedObject> _malformed = [];
    private V1ListMeta? _metadata;
    private State _state;
    private bool _sawItems;
    private JsonReaderState _reader = new(new JsonReaderOptions { MaxDepth = JsonDepth.Max });

    private enum State
    {
        Start,
        Root,
        Metadata,
        Other,
        ItemsStart,
        Items,
        End,
    }

    public async Task<ObjectList<T>> ReadAsync()
    {
        var pipe = PipeReader.Create(await response.OpenAsync().ConfigureAwait(false), new StreamPipeReaderOptions(bufferSize: 64 * 1024));
        try
        {
            long wanted = 1;
            while (true)
            {
                var read = await pipe.ReadAsync(response.Patience.Token).ConfigureAwait(false);
                response.Patience.Renew();
                if (read.Buffer.Length < wanted && !read.IsCompleted)
                {
                    pipe.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                    continue;
                }

                var consumed = Consume(read.Buffer, read.IsCompleted);
                if (_state == State.End)
                    return Result();

                if (read.IsCompleted)
                    throw new EndOfStreamException("the list ended in mid-object");

                var rest = read.Buffer.Slice(consumed).Length;
                if (rest > JsonLimits.MaxObjectBytes)
                    throw new JsonException($"an item is larger than {JsonLimits.MaxObjectBytes} bytes");
                // Waiting for twice of what did not suffice keeps the work linear when one item is large.
                wanted = rest * 2;
                pipe.AdvanceTo(consumed, read.Buffer.End);
            }
        }
        finally
        {
            await pipe.CompleteAsync().ConfigureAwait(false);
        }
    }

    private ObjectList<T> Result()
    {
        if (!_sawItems || _metadata is null)
            throw new JsonException("the answer is not a list: it has no items or no metadata");

        return new ObjectList<T>
        {
            Items = _items,
            Malformed = _malformed,
            ResourceVersion = _metadata.ResourceVersion,
            Continue = _metadata.ContinueProperty is { Length: > 0 } more ? more : null,
        };
    }

    /// <summary>Reads as many whole values as there are; says up to where.</summary>
    private SequencePosition Consume(ReadOnlySequence<byte> buffer, bool isFinal)
    {
        var reader = new Utf8JsonReader(buffer, isFinal, _reader);
        var consumed = buffer.Start;
        while (_state != State.End && Step(ref reader, buffer))
        {
            _reader = reader.CurrentState;
            consumed = reader.Position;
        }

        return consumed;
    }

    private bool Step(ref Utf8JsonReader reader, ReadOnlySequence<byte> buffer)
    {
        if (!reader.Read())
            return false;

        switch (_state)
        {
            case State.Start:
                _state = reader.TokenType == JsonTokenType.StartObject
                    ? State.Root
                    : throw new JsonException("the answer is not a JSON object");
                return true;
            case State.Root when reader.TokenType == JsonTokenType.EndObject:
                _state = State.End;
                return true;
            case State.Root:
                _state = reader.ValueTextEquals("items"u8) ? State.ItemsStart
                    : reader.ValueTextEquals("metadata"u8) ? State.Metadata : State.Other;
                return true;
            case State.ItemsStart when reader.TokenType == JsonTokenType.StartArray:
                (_sawItems, _state) = (true, State.Items);
                return true;
            case State.ItemsStart:
                // Go writes an empty list as null.
                if (reader.TokenType != JsonTokenType.Null)
                    throw new JsonException("items is not a list");
                (_sawItems, _state) = (true, State.Root);
                return true;
            case State.Items when reader.TokenType == JsonTokenType.EndArray:
                _state = State.Root;
                return true;
            default:
                return Value(ref reader, buffer);
        }
    }

    private bool Value(ref Utf8JsonReader reader, ReadOnlySequence<byte> buffer)
    {
        var start = reader.TokenStartIndex;
        if (!reader.TrySkip())
            return false;

        var json = buffer.Slice(start, reader.BytesConsumed - start);
        switch (_state)
        {
            case State.Items:
                var (value, malformed) = ObjectDecoder.Decode<T>(json);
                if (value is not null)
                    _items.Add(value);
                else if (malformed is not null)
                    _malformed.Add(malformed);
                return true;
            case State.Metadata:
                var metadata = new Utf8JsonReader(json);
                _metadata = JsonSerializer.Deserialize(ref metadata, KubernetesJson.Default.V1ListMeta);
                break;
        }

        _state = State.Root;
        return true;
    }
}

/// <summary>Bounds on what one answer may make us hold.</summary>
internal static class JsonLimits
{
    /// <summary>Far above what any API server stores (about 1.5 MB).</summary>
    public const int MaxObjectBytes = 64 * 1024 * 1024;
}
