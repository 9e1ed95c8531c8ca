using System.Buffers;
using Microsoft.AspNetCore.Connections;

namespace YarpIngress.LocalCluster.Pods;

/// <summary>Tells HTTP/2 by prior knowledge from HTTP/1.1 on one port, by the client's first bytes (RFC 9113, 3.4).</summary>
internal static class Preface
{
    private static ReadOnlySpan<byte> Http2 => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8;

    /// <summary>Waits for the first bytes and leaves them where they are for the web server to read.</summary>
    public static async ValueTask<EchoProtocol> DetectAsync(ConnectionContext connection, CancellationToken cancel)
    {
        var input = connection.Transport.Input;
        while (true)
        {
            var read = await input.ReadAsync(cancel);
            var verdict = Judge(read.Buffer);
            if (verdict is not null || read.IsCompleted)
            {
                input.AdvanceTo(read.Buffer.Start);
                return verdict ?? EchoProtocol.Http1;
            }

            input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    private static EchoProtocol? Judge(ReadOnlySequence<byte> buffer)
    {
        Span<byte> first = stackalloc byte[24];
        var length = (int)Math.Min(buffer.Length, Http2.Length);
        buffer.Slice(0, length).CopyTo(first);
        if (!Http2.StartsWith(first[..length]))
            return EchoProtocol.Http1;
        return length == Http2.Length ? EchoProtocol.Http2 : null;
    }
}
