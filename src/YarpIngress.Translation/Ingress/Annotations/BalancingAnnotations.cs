using System.Globalization;
using System.Net;
using YarpIngress.Translation.Model;
using YarpIngress.Translation.Settings;
using YarpIngress.Translation.Variables;

namespace YarpIngress.Translation.Ingress.Annotations;

/// <summary>Which endpoint serves a request; see <see cref="BalancingPolicy"/>.</summary>
internal static class BalancingAnnotations
{
    private const int LongestText = 1024;
    private const int MostWeights = 1000;
    private const int MostWeight = 1000;

    // More would be all of them for nearly everybody.
    private const int MostSubset = 1000;
    private const int DefaultSubset = 3;

    private const string Algorithms =
        "round_robin, ewma, least_conn or random; also weighted_round_robin, least_connections, source_hash, destination_hash, "
        + "shortest_expected_delay, never_queue, power_of_two_choices or first";

    public static readonly IReadOnlyList<Annotation> All =
    [
        new("load-balance", AnnotationRisk.Low, Algorithms, "as the ConfigMap says, else round_robin",
            "How the endpoint of a request is chosen.",
            SetAlgorithm)
        {
            Difference = "chash, chashsubset, sticky_balanced and sticky_persistent are taken, and leave it to upstream-hash-by and "
                + "affinity, without which they do nothing. Counts for the backends of this Ingress, also where an older one names the "
                + "same Service. ewma counts requests in flight too, so that a pod that hangs is left alone.",
            Scope = AnnotationScope.Backend,
            Example = "ewma",
        },
        new("load-balance-weights", AnnotationRisk.Low,
            "ADDRESS=WEIGHT,… with addresses, ranges (10.1.2.0/24) or *, and weights from 0 to 1000",
            "1 for every endpoint",
            "How much endpoints take compared to others, with every algorithm but first.",
            (policies, text) => With(policies, balancing => balancing with { Weights = Weights(text) }))
        {
            OwnOnly = true,
            Difference = "Does not exist there.",
            Scope = AnnotationScope.Backend,
            Example = "10.1.2.0/24=3,*=1",
        },
        new("upstream-hash-by", AnnotationRisk.High, "text with variables of nginx", "none",
            "Requests for which the text has the same value go to the same endpoint; goes before load-balance.",
            (policies, text) => With(policies, balancing => balancing with { HashBy = HashBy(text) }))
        {
            Difference = "Counts for the backends of this Ingress, also where an older one names the same Service.",
            Scope = AnnotationScope.Backend,
            Example = "$request_uri",
        },
        new("upstream-hash-by-subset", AnnotationRisk.Low, "true or false", "false",
            "The requests of one value are shared by a few endpoints, by chance.",
            (policies, text) => With(policies, balancing =>
                balancing with
                {
                    HashSubset = !SettingValue.Bool(text) ? 0 : balancing.HashSubset > 0 ? balancing.HashSubset : DefaultSubset,
                }))
        {
            Scope = AnnotationScope.Backend,
            Example = "true",
        },
        new("upstream-hash-by-subset-size", AnnotationRisk.Low, $"1 to {MostSubset}", "3",
            "How many endpoints share the requests of one value.",
            (policies, text) =>
            {
                var size = SettingValue.Whole(text, 1, MostSubset);
                return With(policies, balancing => balancing.HashSubset > 0 ? balancing with { HashSubset = size } : balancing);
            })
        {
            Scope = AnnotationScope.Backend,
            Example = "5",
        },
    ];

    /// <summary>Reads the word for an algorithm.</summary>
    public static BalancingAlgorithm Algorithm(string text) => SettingValue.Word(
        text,
        [
            .. Enum.GetValues<BalancingAlgorithm>().Select(algorithm => (BalancingPolicy.Name(algorithm), algorithm)),
            ("weighted_round_robin", BalancingAlgorithm.RoundRobin), ("least_connections", BalancingAlgorithm.LeastConnections),
        ]);

    /// <summary>The policies with another balancing.</summary>
    public static RoutePolicies With(RoutePolicies policies, Func<BalancingPolicy, BalancingPolicy> change) =>
        policies.WithBackend(backend =>
        {
            var balancing = change(backend.Balancing ?? BalancingPolicy.None);
            return backend with { Balancing = balancing == BalancingPolicy.None ? null : balancing };
        });

    /// <summary>A subset without something to hash by.</summary>
    public static RoutePolicies Complete(RoutePolicies policies, AnnotationSource source)
    {
        if (policies.Backend?.Balancing is not { HashSubset: > 0, HashBy: null })
            return policies;
        source.Problems.Warning(
            ProblemReasons.InvalidAnnotation, source.Field("upstream-hash-by-subset"),
            "there is no upstream-hash-by, so there is nothing to choose a subset by; it has no effect");
        return With(policies, balancing => balancing with { HashSubset = 0 });
    }

    // ingress-nginx takes the names of what it does itself for these annotations, too.
    private static RoutePolicies SetAlgorithm(RoutePolicies policies, string text, AnnotationSource source)
    {
        var (needed, isThere) = text.Trim() switch
        {
            "chash" or "chashsubset" => ("upstream-hash-by", source.KeyOf("upstream-hash-by") is not null),
            "sticky_balanced" or "sticky_persistent" => ("affinity", source.KeyOf("affinity") is not null),
            _ => ("", true),
        };
        if (needed.Length == 0)
            return With(policies, balancing => balancing with { Algorithm = Algorithm(text) });
        if (!isThere)
            source.Problems.Warning(
                ProblemReasons.InvalidAnnotation, source.Field("load-balance"),
                $"value {Quoted.Value(text)} has no effect without {needed}; what applies instead: as the ConfigMap says, else "
                + "round_robin");
        return policies;
    }

    private static VariableText HashBy(string text) =>
        text.Length > 0 ? VariableText.Parse(SettingValue.Line(text, LongestText)) : throw new FormatException("must not be empty");

    private static EquatableArray<EndpointWeight> Weights(string text)
    {
        var parts = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length is 0 or > MostWeights)
            throw new FormatException($"must have 1 to {MostWeights} entries, such as 10.1.2.0/24=3,*=1");
        return parts.SelectMany(Weight).ToEquatableArray();
    }

    private static IEnumerable<EndpointWeight> Weight(string part)
    {
        var equals = part.IndexOf('=');
        if (equals < 0 || !int.TryParse(part.AsSpan(equals + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var weight)
            || weight > MostWeight)
            throw new FormatException($"must be ADDRESS=WEIGHT with a weight from 0 to {MostWeight}, which {Quoted.Value(part)} is not");
        var range = part[..equals].Trim();
        if (range == "*")
            return [new(IPNetwork.Parse("0.0.0.0/0"), weight), new(IPNetwork.Parse("::/0"), weight)];
        if (IPAddress.TryParse(range, out var address))
            return [new(new IPNetwork(address, address.GetAddressBytes().Length * 8), weight)];
        return IPNetwork.TryParse(range, out var network)
            ? [new(network, weight)]
            : throw new FormatException($"must name an address, a range like 10.1.2.0/24 or *, which {Quoted.Value(range)} is not");
    }
}
