using YarpIngress.Translation.Model;

namespace YarpIngress.Translation.Ingress.Annotations;

/// <summary>YARP's dialect: changes of requests and answers; see <see cref="TransformsPolicy"/>.</summary>
internal static class DialectTransformAnnotations
{
    private const int MostTransforms = 100;

    // What the gateway writes itself, or what says where a message ends.
    private static readonly HashSet<string> NotToChange = new(StringComparer.OrdinalIgnoreCase)
    {
        "Host", "Connection", "Content-Length", "Transfer-Encoding", "Keep-Alive", "Upgrade", "TE", "Trailer", "Proxy-Connection",
        "X-Request-ID", "X-Real-IP", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Port", "X-Forwarded-Proto", "X-Forwarded-Scheme",
        "X-Scheme", "X-Original-Forwarded-For", "X-Original-Forwarded-Host",
    };

    public static readonly IReadOnlyList<Annotation> All =
    [
        new("transforms", AnnotationRisk.Medium, "YAML list of YARP's transforms", "none",
            "Changes path, query, method and headers of requests, and headers of answers.",
            (policies, text) => policies with { Transforms = Of(text) })
        {
            OwnOnly = true,
            FailsClosed = true,
            Overrides = ["rewrite-target"],
            Example = "- PathRemovePrefix: /api\n- RequestHeader: X-Tenant\n  Set: orange\n",
            Difference = "headers that the gateway writes itself (Host, X-Forwarded-* and the like), trailers, "
                + "route values, Forwarded and ClientCert are refused. Names of headers and parameters of RequestHeadersAllowed and "
                + "ResponseHeadersAllowed have semicolons between, as there",
        },
    ];

    private static TransformsPolicy? Of(string text)
    {
        var list = DialectFields.List(text);
        if (list.Count > MostTransforms)
            throw new FormatException($"must be at most {MostTransforms} transforms");
        var steps = list.Select(One).OfType<Transform>().ToEquatableArray();
        return steps.Count == 0 ? null : new TransformsPolicy(steps);
    }

    /// <summary>Null for one that asks for what is done anyway.</summary>
    private static Transform? One(DialectFields fields)
    {
        var transform = Read(fields);
        fields.End();
        return transform;
    }

    private static Transform? Read(DialectFields fields)
    {
        bool Is(string name) => fields.Names.Contains(name, StringComparer.OrdinalIgnoreCase);
        foreach (var kind in new[] { TransformKind.PathPrefix, TransformKind.PathRemovePrefix, TransformKind.PathSet })
            if (Is(kind.ToString()))
                return new Transform(kind, "", PathOf(fields, kind.ToString()));
        if (Is("PathPattern"))
            return new Transform(TransformKind.PathPattern, "", PatternOf(fields));
        if (Is("QueryValueParameter"))
            return Valued(fields, TransformKind.QueryValueParameter, ParameterOf(fields, "QueryValueParameter"));
        if (Is("QueryRemoveParameter"))
            return new Transform(TransformKind.QueryRemoveParameter, ParameterOf(fields, "QueryRemoveParameter"), "");
        if (Is("HttpMethodChange"))
            return new Transform(TransformKind.HttpMethodChange, MethodOf(fields, "HttpMethodChange"), MethodOf(fields, "Set"));
        if (Is("RequestHeader"))
            return Valued(fields, TransformKind.RequestHeader, HeaderOf(fields, "RequestHeader"));
        if (Is("RequestHeaderRemove"))
            return new Transform(TransformKind.RequestHeaderRemove, HeaderOf(fields, "RequestHeaderRemove"), "");
        if (Is("RequestHeadersAllowed"))
            return new Transform(TransformKind.RequestHeadersAllowed, "", NamesOf(fields, "RequestHeadersAllowed"));
        if (Is("ResponseHeader"))
            return Valued(fields, TransformKind.ResponseHeader, HeaderOf(fields, "ResponseHeader")) with { When = WhenOf(fields) };
        if (Is("ResponseHeaderRemove"))
        {
            return new Transform(TransformKind.ResponseHeaderRemove, HeaderOf(fields, "ResponseHeaderRemove"), "")
            {
                When = WhenOf(fields),
            };
        }
        if (Is("ResponseHeadersAllowed"))
            return new Transform(
                TransformKind.ResponseHeadersAllowed, "", NamesOf(fields, "ResponseHeadersAllowed"), When: TransformWhen.Always);
        return AsEver(fields, Is);
    }

    /// <summary>What is so here without asking.</summary>
    private static Transform? AsEver(DialectFields fields, Func<string, bool> isThere)
    {
        foreach (var name in new[] { "RequestHeadersCopy", "RequestHeaderOriginalHost", "ResponseHeadersCopy", "ResponseTrailersCopy" })
            if (isThere(name))
                return fields.Bool(name) is true ? null : throw fields.Wrong(name, "can't be anything but true here");
        throw new FormatException(
            "must be transforms that are known here: PathPrefix, PathRemovePrefix, PathSet, PathPattern, QueryValueParameter, "
            + "QueryRemoveParameter, HttpMethodChange, RequestHeader, RequestHeaderRemove, RequestHeadersAllowed, ResponseHeader, "
            + $"ResponseHeaderRemove, ResponseHeadersAllowed; {Quoted.Value(string.Join(", ", fields.Names))} is none");
    }

    private static Transform Valued(DialectFields fields, TransformKind kind, string name)
    {
        var appends = fields.Names.Contains("Append", StringComparer.OrdinalIgnoreCase);
        var value = fields.Required(appends ? "Append" : "Set");
        return HeaderText.IsValue(value)
            ? new Transform(kind, name, value, appends)
            : throw fields.Wrong(appends ? "Append" : "Set", "must be a text of one line");
    }

    private static TransformWhen WhenOf(DialectFields fields) => fields.Word(
        "When", ("Success", TransformWhen.Success), ("Always", TransformWhen.Always), ("Failure", TransformWhen.Failure))
        ?? TransformWhen.Success;

    private static string PathOf(DialectFields fields, string name)
    {
        var path = fields.Required(name);
        return IsPath(path) ? path : throw fields.Wrong(name, "must be a path: it begins with a slash and has no space, ? or #");
    }

    private static string PatternOf(DialectFields fields)
    {
        var pattern = fields.Required("PathPattern");
        var braces = pattern.IndexOf('{');
        var literal = braces < 0 ? pattern : pattern[..braces];
        var isKnown = braces < 0
            || (pattern[braces..].StartsWith("{**", StringComparison.Ordinal) && pattern.IndexOf('}') == pattern.Length - 1
            && literal.EndsWith('/'));
        return isKnown && IsPath(literal)
            ? braces < 0 ? pattern : literal + "{**rest}"
            : throw fields.Wrong("PathPattern", "must be a path, with nothing but a {**rest} at its end");
    }

    private static bool IsPath(string path) =>
        path.Length is > 0 and <= 2048 && path[0] == '/' && path.All(c => c is > ' ' and <= '~' and not ('?' or '#' or '{' or '}'));

    private static string ParameterOf(DialectFields fields, string name) =>
        fields.Required(name) is { Length: > 0 and <= 256 } parameter
            ? parameter
            : throw fields.Wrong(name, "must be the name of a parameter");

    private static string MethodOf(DialectFields fields, string name) =>
        fields.Required(name) is var method && HeaderText.IsName(method)
        && method.ToUpperInvariant() is not ("CONNECT" or "TRACE")
            ? method.ToUpperInvariant()
            : throw fields.Wrong(name, "must be a method such as GET, and neither CONNECT nor TRACE");

    private static string HeaderOf(DialectFields fields, string name)
    {
        var header = fields.Required(name);
        if (!HeaderText.IsName(header))
            throw fields.Wrong(name, "must be the name of a header");
        return NotToChange.Contains(header) ? throw fields.Wrong(name, "must not be a header that the gateway writes itself") : header;
    }

    private static string NamesOf(DialectFields fields, string name)
    {
        var names = fields.Required(name).Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return names.All(HeaderText.IsName)
            ? string.Join(' ', names)
            : throw fields.Wrong(name, "must be names of headers with semicolons between");
    }
}
