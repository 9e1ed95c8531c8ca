using System.Buffers;

namespace YarpIngress.Layer4.Passthrough;

/// <summary>
/// Puts the first message of a TLS client together (RFC 8446, 4.1.2), however it is cut into records and packets, for the name that
/// is in it. Each byte is looked at once, and there is a bound to how many.
/// </summary>
internal sealed class ClientHello : IDisposable
{
    /// <summary>A longer message is nobody's: those of browsers have two thousand bytes.</summary>
    public const int LongestMessage = 32 * 1024;

    /// <summary>With the headers of records: a client may send a record for each byte.</summary>
    public const int MostBytes = 64 * 1024;

    private const byte Handshake = 22;
    private const byte ClientHelloType = 1;
    private const int HeaderLength = 4;
    private const int LongestRecord = 16 * 1024;

    private byte[] _message = ArrayPool<byte>.Shared.Rent(2048);
    private int _length;
    private int _wanted = HeaderLength;
    private int _headerBytes;
    private int _recordLength;
    private int _recordLeft;
    private long _seen;

    /// <summary>The name, in lower case and without a dot at its end; null when there is none, or nothing that could be one.</summary>
    public string? ServerName { get; private set; }

    /// <summary>Looks at what has come since the last time.</summary>
    /// <param name="bytes">All bytes of the connection so far.</param>
    /// <returns>Whether all is known: the message is whole, or it is none. False while more is needed.</returns>
    public bool Read(in ReadOnlySequence<byte> bytes)
    {
        foreach (var part in bytes.Slice(_seen))
        {
            _seen += part.Length;
            if (Take(part.Span))
                return true;
        }
        return _seen >= MostBytes;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_message);
        _message = [];
    }

    private bool Take(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (_recordLeft == 0)
            {
                if (!TakeHeader(bytes[0]))
                    return true;
                bytes = bytes[1..];
                continue;
            }
            var taken = Math.Min(bytes.Length, Math.Min(_recordLeft, _wanted - _length));
            bytes[..taken].CopyTo(_message.AsSpan(_length));
            bytes = bytes[taken..];
            _recordLeft -= taken;
            _length += taken;
            if (_length < _wanted)
                continue;
            if (_wanted > HeaderLength)
            {
                ServerName = ServerNames.Find(_message.AsSpan(HeaderLength, _wanted - HeaderLength));
                return true;
            }
            if (!TakeLength())
                return true;
        }
        return false;
    }

    /// <summary>One byte of a record's header: type, version, length. False for what is no handshake.</summary>
    private bool TakeHeader(byte value)
    {
        switch (_headerBytes++)
        {
            case 0:
                return value == Handshake;
            case 1:
                return value == 3;
            case 2:
                // The minor version says nothing: TLS 1.3 begins as 1.0 does.
                return true;
            case 3:
                _recordLength = value << 8;
                return true;
            default:
                _headerBytes = 0;
                _recordLeft = _recordLength | value;
                return _recordLeft is > 0 and <= LongestRecord;
        }
    }

    /// <summary>The header of the message is whole; false when it is no ClientHello, or too long.</summary>
    private bool TakeLength()
    {
        var length = (_message[1] << 16) | (_message[2] << 8) | _message[3];
        if (_message[0] != ClientHelloType || length is 0 or > LongestMessage)
            return false;
        _wanted = HeaderLength + length;
        if (_wanted <= _message.Length)
            return true;
        var longer = ArrayPool<byte>.Shared.Rent(_wanted);
        _message.AsSpan(0, _length).CopyTo(longer);
        ArrayPool<byte>.Shared.Return(_message);
        _message = longer;
        return true;
    }
}
