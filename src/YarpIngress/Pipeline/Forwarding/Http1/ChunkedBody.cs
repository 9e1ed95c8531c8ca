using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using YarpIngress.Pipeline.Headers;

namespace YarpIngress.Pipeline.Forwarding.Http1;

/// <summary>
/// Takes a body out of its chunks (RFC 9112, 7.1), as they come. Lines end with CR LF and nothing else: whoever is lenient
/// about where a chunk ends reads another answer than the next one does.
/// </summary>
/// <param name="trailers">Where trailers go; null when the client's protocol has none.</param>
internal struct ChunkedBody(IHeaderDictionary? trailers)
{
    // Extensions mean nothing to anybody, and are as long as the pod likes.
    private const int MaximumLine = 4096;
    private const int MaximumTrailers = 16 * 1024;
    private long _left;
    private int _trailerBytes;
    private Phase _phase = Phase.Size;

    private enum Phase
    {
        Size,
        Data,
        DataEnd,
        Trailers,
        Complete,
    }

    /// <summary>Whether the last chunk and the trailers were read.</summary>
    public readonly bool IsComplete => _phase is Phase.Complete;

    /// <summary>Whether a chunk is being read of which more is to come than any buffer holds.</summary>
    public readonly bool IsInLargeChunk => _phase is Phase.Data && _left > PodConnection.InitialBuffer;

    /// <summary>Reads what there is.</summary>
    /// <param name="bytes">What came and was not consumed.</param>
    /// <param name="body">Where the body's bytes go.</param>
    /// <param name="written">How many went there, also when this fails.</param>
    /// <returns>How many of the bytes are done with.</returns>
    /// <exception cref="PodException">These are no chunks.</exception>
    public int Read(ReadOnlySpan<byte> bytes, PipeWriter body, ref long written)
    {
        var consumed = 0;
        while (_phase is not Phase.Complete)
        {
            var rest = bytes[consumed..];
            switch (_phase)
            {
                case Phase.Data:
                    var data = rest[..(int)Math.Min(rest.Length, _left)];
                    if (data.IsEmpty)
                        return consumed;
                    body.Write(data);
                    written += data.Length;
                    consumed += data.Length;
                    _left -= data.Length;
                    if (_left == 0)
                        _phase = Phase.DataEnd;
                    break;

                case Phase.DataEnd:
                    if (rest.Length < 2)
                        return consumed;
                    if (!rest.StartsWith("\r\n"u8))
                        throw PodException.Invalid("A chunk of the answer is longer than it says.");
                    consumed += 2;
                    _phase = Phase.Size;
                    break;

                default:
                    if (!TryReadLine(rest, out var line))
                        return consumed;
                    consumed += line.Length + 2;
                    if (_phase is Phase.Size)
                        ReadSize(line);
                    else
                        ReadTrailer(line);
                    break;
            }
        }
        return consumed;
    }

    private static bool TryReadLine(ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> line)
    {
        line = default;
        var end = bytes.IndexOfAny((byte)'\r', (byte)'\n');
        if (end > MaximumLine || (end < 0 && bytes.Length > MaximumLine))
            throw PodException.Invalid($"A line between chunks of the answer is longer than {MaximumLine} bytes.");
        if (end < 0 || (bytes[end] == '\r' && end + 1 == bytes.Length))
            return false;
        if (bytes[end] != '\r' || bytes[end + 1] != '\n')
            throw PodException.Invalid("A line between chunks of the answer does not end with CR LF.");
        line = bytes[..end];
        return true;
    }

    private void ReadSize(ReadOnlySpan<byte> line)
    {
        var digits = 0;
        _left = 0;
        while (digits < line.Length && char.IsAsciiHexDigit((char)line[digits]))
        {
            // 15 digits can't overflow, and are more than all storage there is.
            if (++digits > 15)
                throw PodException.Invalid("A chunk of the answer is too large.");
            _left = (_left * 16) + HexValue(line[digits - 1]);
        }
        // RFC 9112, 7.1.1: white space and an extension may follow, which say nothing here.
        var rest = line[digits..].TrimStart(" \t"u8);
        if (digits == 0 || (!rest.IsEmpty && rest[0] != ';'))
            throw PodException.Invalid("The size of a chunk of the answer is no number.");
        _phase = _left == 0 ? Phase.Trailers : Phase.Data;
    }

    private static int HexValue(byte digit) => digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;

    private void ReadTrailer(ReadOnlySpan<byte> line)
    {
        if (line.IsEmpty)
        {
            _phase = Phase.Complete;
            return;
        }
        if ((_trailerBytes += line.Length) > MaximumTrailers)
            throw PodException.Invalid($"The trailers of the answer are longer than {MaximumTrailers} bytes.");
        ResponseHead.Split(line, out var name, out var value);
        if (trailers is null)
            return;
        var text = Encoding.Latin1.GetString(name);
        if (ResponseHeaderRules.IsForwardedTrailer(text))
            trailers.Append(text, Encoding.Latin1.GetString(value));
    }
}
