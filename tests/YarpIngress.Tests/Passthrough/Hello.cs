using System.Buffers.Binary;
using System.Text;

namespace YarpIngress.Tests.Passthrough;

/// <summary>Bytes that a TLS client may begin with, written by hand.</summary>
internal static class Hello
{
    /// <summary>A ClientHello in one record that asks for <paramref name="name"/>; null asks for nobody.</summary>
    public static byte[] For(string? name) => Record(Message(name is null ? [] : Extension(0, NameList(Encoding.ASCII.GetBytes(name)))));

    /// <summary>The same in records of <paramref name="size"/> bytes each.</summary>
    public static byte[] InRecords(string name, int size) =>
        [.. Message(Extension(0, NameList(Encoding.ASCII.GetBytes(name)))).Chunk(size).SelectMany(Record)];

    /// <summary>A record of a handshake.</summary>
    public static byte[] Record(byte[] content) => [22, 3, 1, .. Length16(content)];

    /// <summary>A ClientHello with these extensions behind one that says nothing of names.</summary>
    public static byte[] Message(byte[] extensions)
    {
        byte[] body =
        [
            3, 3, .. new byte[32], 32, .. new byte[32], .. Length16([0x13, 0x01, 0x13, 0x02]), 1, 0,
            .. Length16([.. Extension(43, [2, 3, 4]), .. extensions]),
        ];
        return [1, 0, (byte)(body.Length >> 8), (byte)body.Length, .. body];
    }

    public static byte[] Extension(ushort type, byte[] content) => [(byte)(type >> 8), (byte)type, .. Length16(content)];

    public static byte[] NameList(params byte[][] names) => Length16([.. names.SelectMany(name => (byte[])[0, .. Length16(name)])]);

    private static byte[] Length16(byte[] content)
    {
        var result = new byte[content.Length + 2];
        BinaryPrimitives.WriteUInt16BigEndian(result, checked((ushort)content.Length));
        content.CopyTo(result, 2);
        return result;
    }
}
