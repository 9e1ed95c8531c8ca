using System.Buffers;
using System.Net;
using System.Text.Json;
using BenchmarkDotNet.Attributes;
using YarpIngress.Benchmarks.Cluster;
using YarpIngress.Kubernetes;
using YarpIngress.Kubernetes.Models;

namespace YarpIngress.Benchmarks.Micro;

/// <summary>An object's JSON, as a watch or a list brings it, to the model.</summary>
public class Decoding
{
    private ReadOnlySequence<byte> _ingress;
    private ReadOnlySequence<byte> _slice;
    private ReadOnlySequence<byte> _secret;

    [GlobalSetup]
    public void Setup()
    {
        var ingress = BenchmarkObjects.Ingress(
            9, BenchmarkObjects.Path("/", "app-9"), BenchmarkObjects.Path("/api", "app-9"), BenchmarkObjects.Path("/static", "app-9"));
        ingress.Metadata.Annotations = new()
        {
            ["nginx.ingress.kubernetes.io/proxy-body-size"] = "8m",
            ["kubectl.kubernetes.io/last-applied-configuration"] = new string('x', 800),
        };
        _ingress = Json(ingress);
        _slice = Json(BenchmarkObjects.Slice(
            "app-9", [.. Enumerable.Range(1, 10).Select(n => new IPEndPoint(IPAddress.Parse($"10.0.0.{n}"), 8080))]));
        _secret = Json(BenchmarkObjects.Certificate(9, HostCertificate.For(BenchmarkObjects.HostOf(9))));
    }

    [Benchmark]
    public object? Ingress() => ObjectDecoder.Decode<V1Ingress>(_ingress).Object;

    [Benchmark]
    public object? EndpointSliceOf10() => ObjectDecoder.Decode<V1EndpointSlice>(_slice).Object;

    [Benchmark]
    public object? TlsSecret() => ObjectDecoder.Decode<V1Secret>(_secret).Object;

    private static ReadOnlySequence<byte> Json<T>(T value)
        where T : class, IKubernetesObject<T>
    {
        (value.Metadata.Uid, value.Metadata.ResourceVersion) = (Guid.Empty.ToString(), "1");
        return new(JsonSerializer.SerializeToUtf8Bytes(value, T.Resource.JsonType));
    }
}
