using System.Buffers;
using YarpIngress.Translation.Model;
using static YarpIngress.Translation.Settings.SettingValue;

namespace YarpIngress.Translation.Ingress.Annotations;

/// <summary>Use by other sites' pages; see <see cref="CorsPolicy"/>.</summary>
internal static class CorsAnnotations
{
    private const int Longest = 4096;
    private const string Origin = "cors-allow-origin";

    private static readonly SearchValues<char> ListCharacters = SearchValues.Create(
        "-_, *0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    public static readonly IReadOnlyList<Annotation> All =
    [
        new("enable-cors", AnnotationRisk.Low, "true or false", "false",
            "Whether answers say which other sites' pages may use them; preflight requests are answered with 204 at once.",
            (policies, text) => With(policies, cors => cors with { Enabled = Bool(text) }))
        {
            Example = "true",
        },
        new(Origin, AnnotationRisk.Medium,
            "a list of scheme://host[:port], scheme://*.host[:port], *.host or null; or *", "*",
            "Which origins may use the answers.", SetOrigins)
        {
            Example = "https://shop.example.com, https://*.example.org",
            Difference = "An origin is compared as a whole, not only its end, and one that is no origin allows nothing instead "
                + "of everything; an empty value allows any, as there.",
        },
        new("cors-allow-methods", AnnotationRisk.Medium, "a list of methods", CorsPolicy.Default.Methods,
            "The value of Access-Control-Allow-Methods.", (policies, text) => With(policies, cors => cors with { Methods = List(text) }))
        {
            Example = "GET, POST",
        },
        new("cors-allow-headers", AnnotationRisk.Medium, "a list of names of headers", CorsPolicy.Default.Headers,
            "The value of Access-Control-Allow-Headers.", (policies, text) => With(policies, cors => cors with { Headers = List(text) }))
        {
            Example = "X-Requested-With, Content-Type",
        },
        new("cors-expose-headers", AnnotationRisk.Medium, "a list of names of headers, or *", "none",
            "The value of Access-Control-Expose-Headers.",
            (policies, text) => With(policies, cors => cors with { ExposeHeaders = List(text) }))
        {
            Example = "X-Total-Count",
        },
        new("cors-allow-credentials", AnnotationRisk.Low, "true or false", "true",
            "Whether other sites' pages may send cookies and credentials.", SetCredentials)
        {
            Example = "false",
            Difference = "A value that is neither true nor false allows no credentials.",
        },
        new("cors-max-age", AnnotationRisk.Low, "seconds, as a whole number", "1728000",
            "How long a browser may keep the answer to a preflight.",
            (policies, text) => With(policies, cors => cors with { MaxAge = Whole(text, 0, int.MaxValue) }))
        {
            Example = "600",
        },
    ];

    /// <summary>Without <c>enable-cors</c> nothing of it is left.</summary>
    public static RoutePolicies Complete(RoutePolicies policies) =>
        policies.Cors is { Enabled: false } ? policies with { Cors = null } : policies;

    // What is no origin must not end up as the default, which allows them all.
    private static RoutePolicies SetOrigins(RoutePolicies policies, string text, AnnotationSource source)
    {
        if (string.IsNullOrWhiteSpace(text))
            throw new FormatException("must not be empty");
        var parts = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (parts.Contains("*"))
            return With(policies, cors => cors with { AllowsAnyOrigin = true });
        var origins = new List<CorsOrigin>();
        foreach (var part in parts.Take(Longest))
        {
            if (CorsOrigin.TryParse(part) is { } origin)
                origins.Add(origin);
            else
                source.Problems.Error(
                    ProblemReasons.InvalidAnnotation, source.Field(Origin),
                    $"value {Quoted.Value(part)} is no scheme://host[:port], with *. before the host or without, no *.host, and not null; "
                    + "it allows no origin");
        }
        if (parts.Length == 0)
            source.Problems.Error(ProblemReasons.InvalidAnnotation, source.Field(Origin), "the value names no origin; it allows none");
        return With(policies, cors => cors with { AllowsAnyOrigin = false, Origins = origins.ToEquatableArray() });
    }

    private static RoutePolicies SetCredentials(RoutePolicies policies, string text, AnnotationSource source)
    {
        try
        {
            return With(policies, cors => cors with { Credentials = Bool(text) });
        }
        catch (FormatException error) when (!string.IsNullOrWhiteSpace(text))
        {
            source.Problems.Error(
                ProblemReasons.InvalidAnnotation, source.Field("cors-allow-credentials"),
                $"value {Quoted.Value(text)} {error.Message}; no credentials are allowed");
            return With(policies, cors => cors with { Credentials = false });
        }
    }

    private static string List(string text) =>
        text.Length is > 0 and <= Longest && !text.AsSpan().ContainsAnyExcept(ListCharacters)
            ? text
            : throw new FormatException("must be a list of names with commas between");

    private static RoutePolicies With(RoutePolicies policies, Func<CorsPolicy, CorsPolicy> change) =>
        policies with { Cors = change(policies.Cors ?? CorsPolicy.Default) };
}
