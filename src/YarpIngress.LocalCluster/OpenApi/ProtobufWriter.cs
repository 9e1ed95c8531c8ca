using System.Text;

namespace YarpIngress.LocalCluster.OpenApi;

/// <summary>The wire format of protocol buffers, as far as the OpenAPI document needs it.</summary>
internal sealed class ProtobufWriter
{
    private const int LengthDelimited = 2;
    private readonly MemoryStream _bytes = new();

    public byte[] ToArray() => _bytes.ToArray();

    public void String(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    public void Boolean(int field, bool value)
    {
        Varint((ulong)field << 3);
        Varint(value ? 1UL : 0UL);
    }

    public void Bytes(int field, byte[] value)
    {
        Varint(((ulong)field << 3) | LengthDelimited);
        Varint((ulong)value.Length);
        _bytes.Write(value);
    }

    private void Varint(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            _bytes.WriteByte((byte)(value | 0x80));
        }

        _bytes.WriteByte((byte)value);
    }
}
