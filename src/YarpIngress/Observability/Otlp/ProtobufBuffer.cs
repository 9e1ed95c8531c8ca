using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace YarpIngress.Observability.Otlp;

/// <summary>A protobuf message in the making: field by field, in a buffer that is used again.</summary>
internal sealed class ProtobufBuffer
{
    private const int Fixed = 1;
    private const int Delimited = 2;

    private readonly ArrayBufferWriter<byte> _bytes = new(1024);

    /// <summary>The message.</summary>
    public ReadOnlySpan<byte> Span => _bytes.WrittenSpan;

    /// <summary>Its length.</summary>
    public int Length => _bytes.WrittenCount;

    /// <summary>Begins another one.</summary>
    public ProtobufBuffer Clear()
    {
        _bytes.ResetWrittenCount();
        return this;
    }

    /// <summary>A string; an empty one is left out, as the default that it is.</summary>
    public ProtobufBuffer Text(int field, string value)
    {
        if (value.Length == 0)
            return this;
        var length = Encoding.UTF8.GetByteCount(value);
        Tag(field, Delimited);
        Varint((ulong)length);
        Encoding.UTF8.GetBytes(value, _bytes.GetSpan(length));
        _bytes.Advance(length);
        return this;
    }

    /// <summary>A message, or bytes.</summary>
    public ProtobufBuffer Bytes(int field, ReadOnlySpan<byte> value)
    {
        Tag(field, Delimited);
        Varint((ulong)value.Length);
        _bytes.Write(value);
        return this;
    }

    /// <summary>Fields that were written elsewhere.</summary>
    public ProtobufBuffer Fields(ReadOnlySpan<byte> fields)
    {
        _bytes.Write(fields);
        return this;
    }

    /// <summary>A number of variable length.</summary>
    public ProtobufBuffer Number(int field, ulong value)
    {
        Tag(field, 0);
        Varint(value);
        return this;
    }

    /// <summary>A number of eight bytes.</summary>
    public ProtobufBuffer Fixed64(int field, ulong value)
    {
        Tag(field, Fixed);
        Eight(value);
        return this;
    }

    /// <summary>A double.</summary>
    public ProtobufBuffer Double(int field, double value) => Fixed64(field, BitConverter.DoubleToUInt64Bits(value));

    /// <summary>Numbers of eight bytes, packed.</summary>
    public ProtobufBuffer Packed(int field, ReadOnlySpan<long> values)
    {
        Tag(field, Delimited);
        Varint((ulong)(values.Length * 8));
        foreach (var value in values)
            Eight((ulong)value);
        return this;
    }

    /// <summary>Doubles, packed.</summary>
    public ProtobufBuffer Packed(int field, ReadOnlySpan<double> values)
    {
        Tag(field, Delimited);
        Varint((ulong)(values.Length * 8));
        foreach (var value in values)
            Eight(BitConverter.DoubleToUInt64Bits(value));
        return this;
    }

    private void Tag(int field, int wireType) => Varint((ulong)((field << 3) | wireType));

    private void Eight(ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(_bytes.GetSpan(8), value);
        _bytes.Advance(8);
    }

    private void Varint(ulong value)
    {
        var span = _bytes.GetSpan(10);
        var at = 0;
        for (; value >= 0x80; value >>= 7)
            span[at++] = (byte)(value | 0x80);
        span[at++] = (byte)value;
        _bytes.Advance(at);
    }
}
