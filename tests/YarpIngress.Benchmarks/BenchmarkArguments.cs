using System.Globalization;

namespace YarpIngress.Benchmarks;

/// <summary>What <c>./build.sh bench</c> is told: names of parts, and flags that make them shorter or narrower.</summary>
internal sealed record BenchmarkArguments
{
    public const string Usage =
        """
        usage: ./build.sh bench [PART...] [--rounds N] [--seconds N] [--only NAME,...] [--sizes N,...]
                                       [--changes N] [--proxies NAME,...]
          --rounds    how often each measurement is repeated, in turn with the others (5)
          --seconds   how long each one takes (2; startup none, churn 5 a window, soak 600 in all)
          --only      scenarios of the part; all by default
          --sizes     sizes of the part: numbers of hosts or Ingresses
          --changes   changes of each kind (100)
          --proxies   proxies to measure: nginx, haproxy, caddy, caddy-stock (with its own connection pool), bare, ours,
                      quiet (ours with and without access log and metrics); all that are installed by default
        """;

    /// <summary>The parts to run; none means all.</summary>
    public IReadOnlyList<string> Parts { get; private init; } = [];

    /// <summary>Repetitions; null means what the part thinks right.</summary>
    public int? Rounds { get; private init; }

    /// <summary>How long each measurement takes where the part has no need of its own.</summary>
    public TimeSpan Duration => DurationOr(TimeSpan.FromSeconds(2));

    /// <summary>Changes of each kind.</summary>
    public int Changes { get; private init; } = 100;

    /// <summary>Names of scenarios; none means all.</summary>
    public IReadOnlyList<string> Only { get; private init; } = [];

    /// <summary>Sizes; none means those of the part.</summary>
    public IReadOnlyList<int> Sizes { get; private init; } = [];

    /// <summary>Names of proxies; none means all.</summary>
    public IReadOnlyList<string> Proxies { get; private init; } = [];

    /// <exception cref="FormatException">A flag is unknown, or its value is wrong.</exception>
    public static BenchmarkArguments Parse(IReadOnlyList<string> args)
    {
        var parsed = new BenchmarkArguments();
        for (var i = 0; i < args.Count; i++)
        {
            if (!args[i].StartsWith("--", StringComparison.Ordinal))
                parsed = parsed with { Parts = [.. parsed.Parts, args[i]] };
            else if (i + 1 < args.Count)
                parsed = parsed.With(args[i], args[++i]);
            else
                throw new FormatException($"{args[i]} needs a value");
        }

        return parsed;
    }

    public bool Wants(string scenario) => Only.Count == 0 || Only.Contains(scenario);

    /// <summary>How long each measurement takes: as asked, or as its part has it.</summary>
    public TimeSpan DurationOr(TimeSpan usual) => Seconds is { } seconds ? TimeSpan.FromSeconds(seconds) : usual;

    public bool WantsProxy(string proxy) => Proxies.Count == 0 || Proxies.Contains(proxy);

    private int? Seconds { get; init; }

    private BenchmarkArguments With(string flag, string value) => flag switch
    {
        "--rounds" => this with { Rounds = Number(flag, value) },
        "--seconds" => this with { Seconds = Number(flag, value) },
        "--only" => this with { Only = value.Split(',') },
        "--sizes" => this with { Sizes = [.. value.Split(',').Select(size => Number(flag, size))] },
        "--changes" => this with { Changes = Number(flag, value) },
        "--proxies" => this with { Proxies = value.Split(',') },
        _ => throw new FormatException($"unknown flag {flag}"),
    };

    private static int Number(string flag, string value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? number
            : throw new FormatException($"{flag} {value}: a number above 0");
}
