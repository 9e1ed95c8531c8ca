using YarpIngress.Translation.Model;

namespace YarpIngress.Translation.Ingress.Annotations;

/// <summary>Every annotation that this version knows, and how those of an Ingress are read.</summary>
public static class IngressAnnotations
{
    /// <summary>The prefix that is understood whatever <c>--annotations-prefix</c> says; it wins over the other.</summary>
    public const string OwnPrefix = "yarp.ingress.kubernetes.io";

    /// <summary>In the order of the documentation, which is also that of reading.</summary>
    public static readonly IReadOnlyList<Annotation> All =
    [
        .. AccessLogAnnotations.All, .. OpenTelemetryAnnotations.All, .. RedirectAnnotations.All, .. RewriteAnnotations.All,
        .. HostAnnotations.All, .. ClientCertificateAnnotations.All, .. AccessAnnotations.All, .. AddressAnnotations.All,
        .. LoginAnnotations.All,
        .. ExternalAuthAnnotations.All,
        .. BackendProtocolAnnotations.All, .. ProxySslAnnotations.All, .. ProxyTimeoutAnnotations.All,
        .. NextUpstreamAnnotations.All, .. BodyAnnotations.All,
        .. LimitAnnotations.All,
        .. CorsAnnotations.All, .. CustomHeadersAnnotations.All, .. AnswerRewriteAnnotations.All, .. ErrorAnnotations.All,
        .. MirrorAnnotations.All,
        .. CanaryAnnotations.All, .. AffinityAnnotations.All, .. BalancingAnnotations.All,
        // Last, since it wins over what it overrides.
        .. DialectMatchAnnotations.All, .. DialectTransformAnnotations.All, .. DialectBackendAnnotations.All,
        .. DialectBalancingAnnotations.All, .. DialectPolicyAnnotations.All,
    ];

    /// <summary>By name and by alias.</summary>
    public static readonly IReadOnlyDictionary<string, Annotation> ByName = All
        .SelectMany(annotation => annotation.Aliases.Append(annotation.Name), (annotation, name) => (annotation, name))
        .ToDictionary(one => one.name, one => one.annotation);

    /// <summary>What follows from several annotations of a feature together; run in order after all of them were read.</summary>
    private static readonly IReadOnlyList<Func<RoutePolicies, AnnotationSource, RoutePolicies>> Completions =
    [
        ExternalAuthAnnotations.Complete,
        UnsupportedAnnotations.Complete,
        LoginAnnotations.Complete,
        AuthorizationNeeds.Complete,
        (policies, _) => CorsAnnotations.Complete(policies),
        ClientCertificateAnnotations.Complete,
        AnswerRewriteAnnotations.Complete,
        (policies, _) => MirrorAnnotations.Complete(policies), ProxySslAnnotations.Complete,
        BalancingAnnotations.Complete, AffinityAnnotations.Complete,

        // Late: nearly nothing of a canary's policies counts.
        CanaryAnnotations.Complete,

        // After all: nothing of it counts but that it is closed.
        RestrictedAnnotations.Complete,
    ];

    /// <summary>The name behind one of our prefixes; null for other annotations.</summary>
    public static string? NameOf(string key, string prefix)
    {
        var slash = key.IndexOf('/');
        return slash > 0 && (key.AsSpan(0, slash).SequenceEqual(prefix) || key.AsSpan(0, slash).SequenceEqual(OwnPrefix))
            ? key[(slash + 1)..]
            : null;
    }

    /// <summary>What the annotations ask for. A value that is not allowed is a problem and counts as not there.</summary>
    /// <param name="source">The annotations.</param>
    /// <param name="defaults">What applies where they say nothing.</param>
    internal static RoutePolicies Read(AnnotationSource source, RoutePolicies defaults)
    {
        MistakenPrefix.Report(source);
        if (!source.Values.Keys.Any(key => NameOf(key, source.Settings.AnnotationsPrefix) is not null))
            return defaults;
        var policies = defaults;
        foreach (var annotation in All)
            policies = Read(annotation, source, policies);
        foreach (var complete in Completions)
            policies = complete(policies, source);
        return policies;
    }

    private static string? KeyOf(Annotation annotation, AnnotationSource source)
    {
        if (annotation.OwnOnly)
            return source.Values.ContainsKey($"{OwnPrefix}/{annotation.Name}") ? $"{OwnPrefix}/{annotation.Name}" : null;
        var key = source.KeyOf(annotation.Name);
        foreach (var alias in annotation.Aliases)
            key ??= source.KeyOf(alias);
        return key;
    }

    private static RoutePolicies Read(Annotation annotation, AnnotationSource source, RoutePolicies policies)
    {
        var key = KeyOf(annotation, source);
        if (key is null)
            return policies;
        OverriddenAnnotations.Report(annotation, key, source);
        var text = source.Values[key] ?? "";
        try
        {
            return annotation.Set(policies, text, source);
        }
        catch (FormatException error)
        {
            var field = $"metadata.annotations[{key}]";
            if (annotation.FailsClosed)
            {
                source.Problems.Error(ProblemReasons.InvalidAnnotation, field, Why(text, error, annotation.ClosedAnswer));
                return annotation.Closes(policies, key);
            }
            // Templates write empty values for what is not set, and to ingress-nginx they are none.
            var severity = string.IsNullOrWhiteSpace(text) ? ProblemSeverity.Warning : ProblemSeverity.Error;
            source.Problems.Add(ProblemReasons.InvalidAnnotation, severity, field, Why(text, error, annotation.Default));
            return policies;
        }
    }

    private static string Why(string text, FormatException error, string instead) =>
        $"value {Quoted.Value(text)} {error.Message}; what applies instead: {instead}";
}
