using System.Buffers.Binary;

namespace YarpIngress.LocalCluster.Api.Protobuf;

/// <summary>Reads the fields of one message.</summary>
internal ref struct ProtobufReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _position;

    /// <summary>Number of the field that was read.</summary>
    public int Field { get; private set; }

    /// <summary>Its value when it is a number.</summary>
    public ulong Number { get; private set; }

    /// <summary>Its value when it is a message, text or bytes.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>Whether it is a message, text or bytes.</summary>
    public bool HasBytes { get; private set; }

    public bool Read()
    {
        if (_position == _bytes.Length)
            return false;
        var tag = Varint();
        Field = (int)(tag >> 3);
        HasBytes = false;
        switch (tag & 7)
        {
            case 0:
                Number = Varint();
                break;
            case 1:
                Number = BinaryPrimitives.ReadUInt64LittleEndian(Take(8));
                break;
            case 2:
                HasBytes = true;
                Bytes = Take(Varint());
                break;
            case 5:
                Number = BinaryPrimitives.ReadUInt32LittleEndian(Take(4));
                break;
            default:
                throw Broken();
        }
        return true;
    }

    private ulong Varint()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            if (_position >= _bytes.Length)
                throw Broken();
            var b = _bytes[_position++];
            value |= (ulong)(b & 0x7f) << shift;
            if (b < 0x80)
                return value;
        }
        throw Broken();
    }

    private ReadOnlySpan<byte> Take(ulong length)
    {
        if (length > (ulong)(_bytes.Length - _position))
            throw Broken();
        var part = _bytes.Slice(_position, (int)length);
        _position += (int)length;
        return part;
    }

    private static ApiError Broken() => ApiError.BadRequest("unable to decode the body: it is no valid protobuf message");
}
