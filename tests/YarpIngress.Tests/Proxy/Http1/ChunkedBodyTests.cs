using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Http;
using YarpIngress.Pipeline.Forwarding.Http1;

namespace YarpIngress.Tests.Proxy.Http1;

/// <summary>Chunks: where they end is not a matter of opinion.</summary>
public sealed class ChunkedBodyTests
{
    [Theory]
    [InlineData("0\r\n\r\n", "", "")]
    [InlineData("5\r\nhello\r\n0\r\n\r\n", "hello", "")]
    [InlineData("5\r\nhello\r\nA\r\n0123456789\r\n00\r\n\r\n", "hello0123456789", "")]
    [InlineData("5;a=b\r\nhello\r\n1 ; x\r\n!\r\n0;end\r\nX-Sum: 42\r\nContent-Length: 9\r\nTransfer-Encoding: x\r\n\r\n", "hello!", "X-Sum=42")]
    [InlineData("3\r\n\r\n\r\r\n0\r\n\r\n", "\r\n\r", "")]
    public void ChunksAreTakenApartWhereverTheyAreSplit(string text, string body, string trailers)
    {
        var bytes = Encoding.Latin1.GetBytes(text + "next");
        for (var split = 0; split <= bytes.Length - 4; split++)
            Assert.Equal((body, trailers, bytes.Length - 4), Read(bytes, [split, bytes.Length]));
        Assert.Equal((body, trailers, bytes.Length - 4), Read(bytes, Enumerable.Range(1, bytes.Length)));
    }

    [Theory]
    [InlineData("\r\n")]
    [InlineData("x\r\n")]
    [InlineData("-1\r\n")]
    [InlineData(" 1\r\na\r\n")]
    [InlineData("0x1\r\na\r\n")]
    [InlineData("1 2\r\na\r\n")]
    [InlineData("1\na\r\n0\r\n\r\n")]
    [InlineData("1\ra\r\n")]
    [InlineData("1\r\nab\r\n")]
    [InlineData("1\r\na\n0\r\n\r\n")]
    [InlineData("1\r\na\r\n0\r\nno colon\r\n\r\n")]
    [InlineData("1\r\na\r\n0\r\nA: b\0\r\n\r\n")]
    [InlineData("1\r\na\r\n0\r\n folded: x\r\n\r\n")]
    [InlineData("FFFFFFFFFFFFFFFF\r\n")]
    public void WhatIsNoChunkIsRefused(string text)
    {
        var bytes = Encoding.Latin1.GetBytes(text);
        Assert.Throws<PodException>(() => Read(bytes, [bytes.Length]));
        Assert.Throws<PodException>(() => Read(bytes, Enumerable.Range(1, bytes.Length)));
    }

    [Fact]
    public void ExtensionsAndTrailersHaveBounds()
    {
        var extension = Encoding.Latin1.GetBytes("1;" + new string('x', 5000));
        Assert.Throws<PodException>(() => Read(extension, [extension.Length]));
        var trailers = Encoding.Latin1.GetBytes("0\r\n" + string.Concat(Enumerable.Repeat($"a: {new string('b', 1000)}\r\n", 20)) + "\r\n");
        Assert.Throws<PodException>(() => Read(trailers, [trailers.Length]));
    }

    private static (string Body, string Trailers, int Consumed) Read(byte[] bytes, IEnumerable<int> available)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = PipeWriter.Create(new WriterStream(output));
        var trailers = new HeaderDictionary();
        var chunks = new ChunkedBody(trailers);
        var (at, written) = (0, 0L);
        foreach (var count in available)
        {
            at += chunks.Read(bytes.AsSpan(at, count - at), writer, ref written);
            if (chunks.IsComplete)
                break;
        }
        Assert.True(chunks.IsComplete);
        writer.Complete();
        Assert.Equal(written, output.WrittenCount);
        return (
            Encoding.Latin1.GetString(output.WrittenSpan),
            string.Join(',', trailers.Select(trailer => $"{trailer.Key}={trailer.Value}")),
            at);
    }

    private sealed class WriterStream(ArrayBufferWriter<byte> output) : MemoryStream
    {
        public override void Write(ReadOnlySpan<byte> buffer) => output.Write(buffer);

        public override void Write(byte[] buffer, int offset, int count) => output.Write(buffer.AsSpan(offset, count));
    }
}
