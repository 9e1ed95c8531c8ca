using YarpIngress.Translation.Model;

namespace YarpIngress.Translation.Ingress.Annotations;

/// <summary>Every annotation that this version knows, and how those of an Ingress are read.</summary>
public static class IngressAnnotations
{
    /// <summary>The prefix that is understood whatever <c>--annotations-prefix</c> says; it wins over the other.</summary>
    public const string OwnPrefix = "yarp.ingress.kubernetes.io";

    /// <summary>In the order of the documentation.</summary>
    public static readonly IReadOnlyList<Annotation> All = [.. AccessLogAnnotations.All, .. OpenTelemetryAnnotations.All];

    /// <summary>By name.</summary>
    public static readonly IReadOnlyDictionary<string, Annotation> ByName = All.ToDictionary(annotation => annotation.Name);

    /// <summary>The name behind one of our prefixes; null for other annotations.</summary>
    public static string? NameOf(string key, string prefix)
    {
        var slash = key.IndexOf('/');
        return slash > 0 && (key.AsSpan(0, slash).SequenceEqual(prefix) || key.AsSpan(0, slash).SequenceEqual(OwnPrefix))
            ? key[(slash + 1)..]
            : null;
    }

    /// <summary>What the annotations ask for. A value that is not allowed is a problem and counts as not there.</summary>
    internal static RoutePolicies Read(IReadOnlyDictionary<string, string>? annotations, string prefix, ProblemList problems)
    {
        var policies = RoutePolicies.None;
        foreach (var (key, value) in annotations ?? new Dictionary<string, string>())
        {
            if (NameOf(key, prefix) is not { } name || !ByName.TryGetValue(name, out var known))
                continue;
            if (!key.StartsWith(OwnPrefix, StringComparison.Ordinal) && annotations!.ContainsKey($"{OwnPrefix}/{name}"))
                continue;
            try
            {
                policies = known.Set(policies, value ?? "");
            }
            catch (FormatException error)
            {
                problems.Error(
                    ProblemReasons.InvalidAnnotation, $"metadata.annotations[{key}]",
                    $"value {Quoted.Value(value)} {error.Message}; what applies instead: {known.Default}");
            }
        }
        return policies;
    }
}
