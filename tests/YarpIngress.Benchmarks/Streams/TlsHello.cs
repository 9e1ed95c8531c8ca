using System.Buffers.Binary;
using System.Text;

namespace YarpIngress.Benchmarks.Streams;

/// <summary>The first message of a TLS 1.3 client, as long as a browser's.</summary>
internal static class TlsHello
{
    private const int Length = 512;

    /// <summary>One that asks for a host.</summary>
    public static byte[] For(string host)
    {
        var name = Encoding.ASCII.GetBytes(host);
        byte[] serverName = [.. Number(0), .. WithLength([.. WithLength([0, .. WithLength(name)])])];
        byte[] versions = [.. Number(43), .. WithLength([2, 3, 4])];
        byte[] extensions = [.. serverName, .. versions];
        // Version and random, session id, two cipher suites, no compression.
        byte[] head = [3, 3, .. new byte[32], 32, .. new byte[32], .. WithLength([0x13, 0x01, 0x13, 0x02]), 1, 0];
        var padding = Length - 9 - head.Length - 2 - extensions.Length - 4;
        byte[] body = [.. head, .. WithLength([.. extensions, .. Number(21), .. WithLength(new byte[padding])])];
        byte[] message = [1, 0, .. WithLength(body)];
        return [22, 3, 1, .. WithLength(message)];
    }

    private static byte[] WithLength(byte[] bytes) => [.. Number(bytes.Length), .. bytes];

    private static byte[] Number(int number)
    {
        var bytes = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)number);
        return bytes;
    }
}
