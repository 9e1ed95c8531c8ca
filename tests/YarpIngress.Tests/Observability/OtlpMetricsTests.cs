using System.Buffers.Binary;
using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging.Abstractions;
using YarpIngress.Observability.Metrics;
using YarpIngress.Observability.Otlp;
using YarpIngress.Observability.Tracing;
using YarpIngress.Tests.Observability.Tracing;
using YarpIngress.Tests.Proxy;
using YarpIngress.Translation.Settings;

namespace YarpIngress.Tests.Observability;

/// <summary>Metrics over OTLP, as a collector gets them.</summary>
public sealed class OtlpMetricsTests
{
    private const string Path = "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export";

    [Theory]
    [InlineData(OtlpProtocol.Grpc)]
    [InlineData(OtlpProtocol.HttpProtobuf)]
    public async Task A_collector_gets_counters_gauges_and_histograms(OtlpProtocol protocol)
    {
        var exports = new ConcurrentQueue<byte[]>();
        await using var collector = await Origin.StartAsync(
            context => TakeAsync(context, protocol, exports), protocol == OtlpProtocol.Grpc ? HttpProtocols.Http2 : HttpProtocols.Http1);
        var registry = Registry();
        await using var push = Push(registry);
        await push.ApplyAsync(Settings(collector.EndPoint.Port, protocol));
        // The last export comes with the end of the settings.
        await push.ApplyAsync(new GlobalSettings());
        Assert.Equal((1, 0), (push.Counts.Sent, push.Counts.Failed));

        var resource = new ProtobufMessage(Assert.Single(exports)).Messages(1).Single();
        Assert.Equal("yarp-ingress", Labels(resource.Messages(1).Single(), 1)["service.name"]);
        Assert.Equal("pod-1", Labels(resource.Messages(1).Single(), 1)["service.instance.id"]);
        var metrics = resource.Messages(2).Single().Messages(2).ToDictionary(metric => metric.Text(1));

        var sum = metrics["n_requests_total"].Messages(7).Single();
        Assert.Equal((2UL, 1UL), (sum.Number(2), sum.Number(3)));
        var point = Assert.Single(sum.Messages(1), point => Labels(point, 7)["path"] == "/ü\"");
        Assert.Equal(3, BitConverter.UInt64BitsToDouble(point.Number(4)));
        Assert.Equal("c", Labels(point, 7)["controller"]);
        Assert.True(point.Number(3) > point.Number(2) && point.Number(2) > 0);

        Assert.Equal(-2.5, BitConverter.UInt64BitsToDouble(metrics["n_depth"].Messages(5).Single().Messages(1).Single().Number(4)));

        var histogram = metrics["n_seconds"].Messages(9).Single();
        Assert.Equal(2UL, histogram.Number(2));
        var times = histogram.Messages(1).Single();
        Assert.Equal(3UL, times.Number(4));
        Assert.Equal(5.6, BitConverter.UInt64BitsToDouble(times.Number(5)), 3);
        Assert.Equal([1UL, 1UL, 1UL], times.Packed(6));
        Assert.Equal([0.1, 1], times.Packed(7).Select(BitConverter.UInt64BitsToDouble));
        Assert.Equal("c", Labels(times, 9)["controller"]);
    }

    [Fact]
    public async Task Many_series_come_in_pieces_that_a_collector_takes()
    {
        var exports = new ConcurrentQueue<byte[]>();
        await using var collector = await Origin.StartAsync(context => TakeAsync(context, OtlpProtocol.HttpProtobuf, exports));
        var registry = new MetricRegistry("n_", []);
        var requests = registry.CreateCounter("requests_total", "Requests.", "path");
        for (var i = 0; i < 60_000; i++)
            requests.WithLabels($"/a/path/of/some/length/{i}").Inc();
        await using var push = Push(registry);
        await push.ApplyAsync(Settings(collector.EndPoint.Port, OtlpProtocol.HttpProtobuf));
        await push.ApplyAsync(new GlobalSettings());
        Assert.InRange(exports.Count, 2, 20);
        Assert.All(exports, export => Assert.InRange(export.Length, 1, 2 * 1024 * 1024));
        Assert.Equal(60_000, exports.Sum(export => new ProtobufMessage(export).Messages(1).Single().Messages(2).Single().Messages(2)
            .Sum(metric => metric.Text(1) == "n_requests_total" ? metric.Messages(7).Single().Messages(1).Count() : 0)));
    }

    [Fact]
    public async Task A_collector_that_refuses_or_is_gone_costs_a_count()
    {
        await using var refusing = await Origin.StartAsync(context =>
        {
            context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
            return Task.CompletedTask;
        });
        await using var push = Push(Registry());
        await push.ApplyAsync(Settings(refusing.EndPoint.Port, OtlpProtocol.HttpProtobuf));
        await push.ApplyAsync(new GlobalSettings());
        Assert.Equal((0, 1), (push.Counts.Sent, push.Counts.Failed));
        await using var gone = Push(Registry());
        await gone.ApplyAsync(Settings(port: 1, OtlpProtocol.Grpc));
        await gone.ApplyAsync(new GlobalSettings());
        Assert.Equal((0, 1), (gone.Counts.Sent, gone.Counts.Failed));
    }

    private static MetricRegistry Registry()
    {
        var registry = new MetricRegistry("n_", [new("controller", "c")]);
        registry.CreateCounter("requests_total", "Requests.", "path").WithLabels("/ü\"").Inc(3);
        registry.CreateGauge("depth", "Depth.").WithLabels().Set(-2.5);
        var seconds = registry.CreateHistogram("seconds", "Times.", [0.1, 1]).WithLabels();
        foreach (var value in (double[])[0.1, 0.5, 5])
            seconds.Observe(value);
        return registry;
    }

    private static MetricPush Push(MetricRegistry registry) =>
        new(registry, new TracingIdentity("pod-1", []), new PatientClock(), NullLogger<MetricPush>.Instance);

    private static GlobalSettings Settings(int port, OtlpProtocol protocol) => new()
    {
        Metrics = new MetricsSettings { Otlp = true, Interval = TimeSpan.FromHours(1) },
        Tracing = new TracingSettings { CollectorHost = "127.0.0.1", CollectorPort = port, Protocol = protocol },
    };

    private static Dictionary<string, string> Labels(ProtobufMessage message, int field) =>
        message.Messages(field).ToDictionary(pair => pair.Text(1), pair => pair.Messages(2).Single().Text(1));

    private static async Task TakeAsync(HttpContext context, OtlpProtocol protocol, ConcurrentQueue<byte[]> exports)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var bytes = body.ToArray();
        if (protocol == OtlpProtocol.HttpProtobuf)
        {
            Assert.Equal(("/v1/metrics", "application/x-protobuf"), (context.Request.Path.Value, context.Request.ContentType));
            exports.Enqueue(bytes);
            return;
        }
        Assert.Equal((Path, "application/grpc"), (context.Request.Path.Value, context.Request.ContentType));
        Assert.Equal(bytes.Length - 5, BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(1)));
        exports.Enqueue(bytes[5..]);
        context.Response.ContentType = "application/grpc";
        context.Response.DeclareTrailer("grpc-status");
        await context.Response.Body.WriteAsync(new byte[5], context.RequestAborted);
        context.Response.AppendTrailer("grpc-status", "0");
    }

    /// <summary>A clock by which the last export may take as long as it does here.</summary>
    private sealed class PatientClock : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }
}
