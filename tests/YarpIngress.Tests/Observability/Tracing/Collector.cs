using System.Buffers.Binary;
using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using YarpIngress.Tests.Proxy;
using YarpIngress.Translation.Settings;

namespace YarpIngress.Tests.Observability.Tracing;

/// <summary>An OTLP collector, of gRPC or HTTP, that keeps the spans that it gets.</summary>
internal sealed class Collector : IAsyncDisposable
{
    private readonly ConcurrentQueue<Span> _spans = new();
    private readonly OtlpProtocol _protocol;
    private Origin? _server;

    private Collector(OtlpProtocol protocol) => _protocol = protocol;

    /// <summary>The spans so far.</summary>
    public IReadOnlyList<Span> Spans => [.. _spans];

    /// <summary>Settings that send everything here, soon.</summary>
    public TracingSettings Settings => new()
    {
        Enabled = true,
        CollectorHost = "127.0.0.1",
        CollectorPort = _server!.EndPoint.Port,
        Protocol = _protocol,
        ScheduleDelay = TimeSpan.FromMilliseconds(20),
    };

    public static async Task<Collector> StartAsync(OtlpProtocol protocol = OtlpProtocol.HttpProtobuf)
    {
        var collector = new Collector(protocol);
        collector._server = protocol == OtlpProtocol.Grpc
            ? await Origin.StartAsync(collector.GrpcAsync, HttpProtocols.Http2)
            : await Origin.StartAsync(collector.HttpAsync);
        return collector;
    }

    /// <summary>The spans, once there are so many.</summary>
    public Task<IReadOnlyList<Span>> WaitAsync(int count) =>
        Wait.ForAsync(() => Task.FromResult(Spans), spans => spans.Count >= count, $"{count} spans");

    public ValueTask DisposeAsync() => _server!.DisposeAsync();

    private async Task HttpAsync(HttpContext context)
    {
        Assert.Equal("/v1/traces", context.Request.Path);
        Take(await ReadAsync(context));
    }

    private async Task GrpcAsync(HttpContext context)
    {
        Assert.Equal("/opentelemetry.proto.collector.trace.v1.TraceService/Export", context.Request.Path);
        var body = await ReadAsync(context);
        Assert.Equal(0, body[0]);
        Take(body[5..(5 + BinaryPrimitives.ReadInt32BigEndian(body.AsSpan(1)))]);
        context.Response.ContentType = "application/grpc";
        context.Response.DeclareTrailer("grpc-status");
        await context.Response.Body.WriteAsync(new byte[5], context.RequestAborted);
        context.Response.AppendTrailer("grpc-status", "0");
    }

    private void Take(byte[] export)
    {
        foreach (var span in Span.ReadAll(export))
            _spans.Enqueue(span);
    }

    private static async Task<byte[]> ReadAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        return body.ToArray();
    }
}
