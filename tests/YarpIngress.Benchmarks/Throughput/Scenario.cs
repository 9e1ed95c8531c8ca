using YarpIngress.Benchmarks.Load;

namespace YarpIngress.Benchmarks.Throughput;

/// <summary>One way of asking, the same for every proxy.</summary>
internal sealed record Scenario(string Name, ILoad Load)
{
    public const string PlainHost = "plain.bench.example";
    public const string EcdsaHost = "ecdsa.bench.example";
    public const string RsaHost = "rsa.bench.example";

    /// <summary>Whether many requests come on each connection.</summary>
    public bool KeepsConnections => Load is not Handshakes;

    public static IReadOnlyList<Scenario> All { get; } =
    [
        new("h1-100", new Wrk(PlainHost, "/100")),
        new("h1-10k", new Wrk(PlainHost, "/10k")),
        new("tls", new H2Load(EcdsaHost, "/100")),
        new("h2", new H2Load(EcdsaHost, "/100") { Connections = 16, Streams = 8 }),
        new("handshakes", new Handshakes(EcdsaHost, "/100")),
        new("handshakes-rsa", new Handshakes(RsaHost, "/100")),
        new("handshakes-resumed", new Handshakes(EcdsaHost, "/100") { Resumes = true }),
    ];
}
