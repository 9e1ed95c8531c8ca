using System.Buffers;
using BenchmarkDotNet.Attributes;
using Microsoft.AspNetCore.Http;
using YarpIngress.Benchmarks.Cluster;
using YarpIngress.Pipeline;
using YarpIngress.Pipeline.Forwarding.Http1;

namespace YarpIngress.Benchmarks.Micro;

/// <summary>The heads that our own forwarder writes and reads.</summary>
public class Heads
{
    private static readonly byte[] Answer =
        "HTTP/1.1 200 OK\r\nDate: Sat, 21 Nov 2026 08:00:00 GMT\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: 100\r\nVary: Accept\r\nCache-Control: max-age=60\r\n\r\n"u8
            .ToArray();

    private readonly GatewayRequest _request = new();
    private readonly ResponseHead _head = new();
    private readonly HttpResponse _response = new DefaultHttpContext().Response;
    private readonly ConnectionPools _pools = new(new Http1Limits());
    private EndpointPool? _pool;

    [GlobalSetup]
    public void Setup()
    {
        _request.Begin(new MicroExchange(BenchmarkObjects.HostOf(0), "/a/b?c=d"));
        _pool = _pools.Of("http://10.0.0.1:8080");
    }

    [GlobalCleanup]
    public void Cleanup() => _pools.Dispose();

    [Benchmark]
    public int WriteRequest()
    {
        var bytes = RequestHead.Write(_request, _pool!, RequestBody.Of(_request.Context), out var length);
        ArrayPool<byte>.Shared.Return(bytes);
        return length;
    }

    [Benchmark]
    public int ReadAnswer()
    {
        _response.Headers.Clear();
        _head.Reset();
        return _head.TryRead(Answer, _response, out var consumed) ? consumed : throw new InvalidOperationException("incomplete");
    }
}
