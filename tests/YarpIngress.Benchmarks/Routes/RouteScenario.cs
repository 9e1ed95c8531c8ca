using YarpIngress.Benchmarks.Load;
using YarpIngress.Benchmarks.Rivals;

namespace YarpIngress.Benchmarks.Routes;

/// <summary>Which of the hosts are asked for.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Description">What is asked, as the table says it.</param>
/// <param name="LoadOf">The load for a number of hosts.</param>
internal sealed record RouteScenario(string Name, string Description, Func<int, ILoad> LoadOf)
{
    /// <summary>Whether the gateway with many paths under one host is asked too.</summary>
    public bool HasPaths { get; private init; }

    public static IReadOnlyList<RouteScenario> All { get; } =
    [
        new("known", "always the same host, one in the middle", size => new Wrk(Site.HostName(size / 2), "/100")) { HasPaths = true },
        new("unknown", "a host that nobody has; 404 is the right answer", _ => new Wrk("unknown.bench.example", "/100") { IsRefused = true }),
        new("random", "any of the hosts, another one each time", size => new Wrk(Site.HostName(0), "/100") { RandomHosts = size }),
    ];

    public static ILoad OnePathOf(int paths) => new Wrk(Site.HostName(0), $"/path-{paths / 2}/100");
}
