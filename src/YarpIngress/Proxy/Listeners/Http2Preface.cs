using System.Buffers;
using Microsoft.AspNetCore.Connections;

namespace YarpIngress.Proxy.Listeners;

/// <summary>RFC 9113, 3.4: what a client with prior knowledge begins an HTTP/2 connection with.</summary>
internal static class Http2Preface
{
    // The rest of the preface is Kestrel's business; no HTTP/1.1 request line begins like this.
    private static ReadOnlySpan<byte> Beginning => "PRI * HTTP/2"u8;

    /// <summary>
    /// Reads as many bytes as it takes to tell, and leaves all of them in the pipe. Null when the client has gone or
    /// stays silent until the token is cancelled.
    /// </summary>
    public static async ValueTask<bool?> IsAtStartOfAsync(ConnectionContext connection, CancellationToken cancellationToken)
    {
        var input = connection.Transport.Input;
        try
        {
            while (true)
            {
                var read = await input.ReadAsync(cancellationToken);
                var verdict = Compare(read.Buffer);
                if (verdict is not null)
                {
                    input.AdvanceTo(read.Buffer.Start);
                    return verdict;
                }
                if (read.IsCompleted || read.IsCanceled)
                {
                    // A connection that sent a part and closed its side: Kestrel's HTTP/1.1 knows how to refuse it.
                    var isEmpty = read.Buffer.IsEmpty;
                    input.AdvanceTo(read.Buffer.Start);
                    return isEmpty ? null : false;
                }
                input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ConnectionResetException or ConnectionAbortedException or IOException)
        {
            return null;
        }
    }

    /// <summary>Null while the bytes so far could be either.</summary>
    private static bool? Compare(ReadOnlySequence<byte> bytes)
    {
        var length = (int)Math.Min(bytes.Length, Beginning.Length);
        Span<byte> start = stackalloc byte[length];
        bytes.Slice(0, length).CopyTo(start);
        if (!Beginning.StartsWith(start))
            return false;
        return length == Beginning.Length ? true : null;
    }
}
