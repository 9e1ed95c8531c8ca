using YarpIngress.Translation.Ingress.References;
using YarpIngress.Translation.Model;

namespace YarpIngress.Translation.Ingress.Annotations;

/// <summary>Headers of answers; see <see cref="CustomHeadersPolicy"/>.</summary>
internal static class CustomHeadersAnnotations
{
    private const string Name = "custom-headers";

    public static readonly IReadOnlyList<Annotation> All =
    [
        new(Name, AnnotationRisk.Medium, "a ConfigMap, as name or namespace/name", "none",
            "Sets the headers that the ConfigMap holds on every answer; each has to be in global-allowed-response-headers.",
            (policies, text, source) => policies with { CustomHeaders = new(source.Named(NamedKind.ConfigMap, Name, text), []) })
        {
            FailsClosed = true,
            Example = "default/answer-headers",
        },
    ];

    /// <summary>Looks at the ConfigMap: what is not allowed, or is not there, closes the routes.</summary>
    public static RoutePolicies Resolve(RoutePolicies policies, ResolutionSource source)
    {
        if (policies.CustomHeaders is not { } wanted)
            return policies;
        var field = source.FieldOf(NamedKind.ConfigMap, wanted.ConfigMap);
        if (source.Objects.ConfigMap(wanted.ConfigMap) is not { } map)
        {
            source.Problems.Error(
                ProblemReasons.ConfigMapNotFound, field, $"ConfigMap {wanted.ConfigMap} does not exist; requests answer 503 until it does");
            return policies with { CustomHeaders = null, Denied = policies.Denied ?? Name };
        }

        var headers = new List<HeaderValue>();
        var refused = false;
        foreach (var (name, value) in (map.Data ?? []).OrderBy(header => header.Key, StringComparer.Ordinal))
        {
            if (WhyNot(name, value ?? "", source) is not { } why)
            {
                headers.Add(new HeaderValue(name, value ?? ""));
                continue;
            }
            refused = true;
            source.Problems.Error(
                ProblemReasons.InvalidAnnotation, field,
                $"header {Quoted.Value(name)} of ConfigMap {wanted.ConfigMap} {why}; requests answer 503");
        }
        return refused
            ? policies with { CustomHeaders = null, Denied = policies.Denied ?? Name }
            : policies with { CustomHeaders = headers.Count == 0 ? null : wanted with { Headers = headers.ToEquatableArray() } };
    }

    private static string? WhyNot(string name, string value, ResolutionSource source)
    {
        if (!HeaderText.IsName(name))
            return "has no name that a header can have";
        if (HeaderText.IsFraming(name))
            return "frames the message and can't be set";
        if (!HeaderText.IsValue(value))
            return "has a value that is not one line of visible ASCII";
        return source.Global.Headers.AllowedResponseHeaders.Contains(name, StringComparer.OrdinalIgnoreCase)
            ? null
            : "is not in global-allowed-response-headers of the global ConfigMap";
    }
}
