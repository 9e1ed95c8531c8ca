using System.Buffers;

namespace YarpIngress.LocalCluster.Pods.Echo;

/// <summary>Reads a request body of any size in bounded memory.</summary>
internal static class RequestBody
{
    /// <summary>How many bytes the answer's <c>body</c> repeats; what comes after is read, counted and dropped.</summary>
    public const int EchoLimit = 1024 * 1024;

    public static async Task<(byte[] Head, long Length)> ReadAsync(Stream body, CancellationToken cancel)
    {
        var head = new ArrayBufferWriter<byte>();
        var buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            long length = 0;
            int read;
            while ((read = await body.ReadAsync(buffer, cancel)) > 0)
            {
                length += read;
                head.Write(buffer.AsSpan(0, Math.Min(read, EchoLimit - head.WrittenCount)));
            }

            return (head.WrittenSpan.ToArray(), length);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
