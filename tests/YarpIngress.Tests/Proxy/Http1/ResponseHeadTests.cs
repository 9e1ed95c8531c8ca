using System.Text;
using Microsoft.AspNetCore.Http;
using YarpIngress.Pipeline.Forwarding.Http1;

namespace YarpIngress.Tests.Proxy.Http1;

/// <summary>The head of a pod's answer: RFC 9112 by the letter, at every place where it may be split.</summary>
public sealed class ResponseHeadTests
{
    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", 200, 5, false, true)]
    [InlineData("HTTP/1.1 200\r\nContent-Length: 5\r\n\r\n", 200, 5, false, true)]
    [InlineData("HTTP/1.1 200 \r\nTransfer-Encoding: Chunked\r\n\r\n", 200, -1, true, true)]
    [InlineData("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", 200, -1, false, false)]
    [InlineData("HTTP/1.1 200 OK\r\nConnection: x, CLOSE\r\n\r\n", 200, -1, false, false)]
    [InlineData("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", 200, 0, false, false)]
    [InlineData("HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 0\r\n\r\n", 200, 0, false, true)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 7\r\nContent-Length: 7\r\n\r\n", 200, 7, false, true)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length \t: 007\r\n\r\n", 200, 7, false, true)]
    [InlineData("HTTP/1.1 599 \u00e9\nX:y\n\n", 599, -1, false, true)]
    [InlineData("HTTP/1.1 200 OK\r\nX-Empty:\r\nX-Tab: a\tb\r\nX-High: \u00ff\r\n\r\n", 200, -1, false, true)]
    public void ASoundHeadIsReadWhereverItIsSplit(string text, int status, long length, bool isChunked, bool keeps)
    {
        var bytes = Encoding.Latin1.GetBytes(text + "body");
        var (head, whole) = Read(bytes, [bytes.Length]);
        Assert.Equal((status, length, isChunked, keeps), (head.Status, head.ContentLength, head.IsChunked, head.KeepsConnection));
        for (var split = 0; split <= bytes.Length - 4; split++)
            Assert.Equal(whole, Read(bytes, [split, bytes.Length]).Answer);
        Assert.Equal(whole, Read(bytes, Enumerable.Range(1, bytes.Length)).Answer);
    }

    [Theory]
    [InlineData("nonsense\r\n\r\n")]
    [InlineData("\r\nHTTP/1.1 200 OK\r\n\r\n")]
    [InlineData("HTTP/2 200 OK\r\n\r\n")]
    [InlineData("HTTP/2.0 200 OK\r\n\r\n")]
    [InlineData("http/1.1 200 OK\r\n\r\n")]
    [InlineData("HTTP/1.1  200 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 2000 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 20 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 2x0 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 000 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 101 Switching\r\n\r\n")]
    [InlineData("HTTP/1.1 200 O\rK\r\n\r\n")]
    [InlineData("HTTP/1.1 200 O\0K\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nno colon\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\n: no name\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nA B: c\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nA\u00e9: c\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nA: b\r\n folded\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nA: b\r\n\tContent-Length: 1\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nA: b\rc\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nA: b\0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nA: b\u007f\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 1, 1\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: +1\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 0x1\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: \r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 9999999999999999999\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: \u000bchunked\r\n\r\n")]
    [InlineData("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")]
    public void WhatTwoReadersCouldUnderstandDifferentlyIsRefused(string text)
    {
        var bytes = Encoding.Latin1.GetBytes(text);
        Assert.Throws<PodException>(() => Read(bytes, [bytes.Length]));
        Assert.Throws<PodException>(() => Read(bytes, Enumerable.Range(1, bytes.Length)));
    }

    [Fact]
    public void AHeadHasBounds()
    {
        Assert.Throws<PodException>(() => ReadText($"HTTP/1.1 200 OK\r\n{string.Concat(Enumerable.Repeat("a:b\r\n", 1001))}\r\n"));
        Assert.Throws<PodException>(
            () => ReadText($"HTTP/1.1 200 OK\r\n{string.Concat(Enumerable.Repeat($"a:{new string('b', 1000)}\r\n", 66))}\r\n"));
        Assert.Equal(200, ReadText($"HTTP/1.1 200 OK\r\na:{new string('b', 60_000)}\r\n\r\n").Head.Status);
    }

    [Fact]
    public void HeadersOfOneAnswerNeverShowInTheNext()
    {
        var head = new ResponseHead();
        string[] answers =
        [
            "HTTP/1.1 200 OK\r\nA: 1\r\nSet-Cookie: a\r\nSet-Cookie: b\r\nContent-Length: 3\r\nConnection: close\r\n\r\n",
            "HTTP/1.1 404 Nope\r\na: 2\r\nSet-Cookie: c\r\n\r\n",
            "HTTP/1.1 200 OK\r\n\r\n",
            "HTTP/1.1 200 OK\r\nSet-Cookie: b\r\nA: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
            $"HTTP/1.1 200 OK\r\nSet-Cookie: {new string('c', 300)}\r\nA: \u00e9\r\n\r\n",
        ];
        for (var i = 0; i < 50; i++)
        {
            var bytes = Encoding.Latin1.GetBytes(answers[i * 7 % answers.Length]);
            head.Reset();
            Assert.Equal(Read(bytes, [bytes.Length]).Answer, Read(bytes, [bytes.Length], head).Answer);
        }
    }

    [Fact]
    public void AnInterimAnswersHeadersAreNotTheFinalOnes()
    {
        var context = new DefaultHttpContext();
        var head = new ResponseHead();
        Assert.True(head.TryRead("HTTP/1.1 103 Early Hints\r\nLink: x\r\nContent-Length: 5\r\n\r\n"u8, context.Response, out _));
        Assert.True(head.IsInterim);
        Assert.Empty(context.Response.Headers);
        Assert.Equal(200, context.Response.StatusCode);
    }

    private static (ResponseHead Head, string Answer) ReadText(string text)
    {
        var bytes = Encoding.Latin1.GetBytes(text);
        return Read(bytes, [bytes.Length]);
    }

    /// <summary>Reads bytes of which the first so many are there each time.</summary>
    private static (ResponseHead Head, string Answer) Read(byte[] bytes, IEnumerable<int> available, ResponseHead? head = null)
    {
        head ??= new ResponseHead();
        var context = new DefaultHttpContext();
        var at = 0;
        foreach (var count in available)
        {
            var isComplete = head.TryRead(bytes.AsSpan(at, count - at), context.Response, out var consumed);
            at += consumed;
            if (isComplete)
            {
                var headers = string.Join(
                    '\n', context.Response.Headers.Select(header => $"{header.Key}={string.Join('|', header.Value.ToArray())}"));
                var answer = $"{head.Status} {head.ContentLength} {head.IsChunked} {head.KeepsConnection} {context.Response.StatusCode} {at}\n{headers}";
                return (head, answer);
            }
        }
        throw new InvalidOperationException("The head did not end.");
    }
}
