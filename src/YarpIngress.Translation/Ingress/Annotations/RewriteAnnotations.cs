using System.Buffers;
using YarpIngress.Translation.Model;
using YarpIngress.Translation.Settings;
using YarpIngress.Translation.Variables;

namespace YarpIngress.Translation.Ingress.Annotations;

/// <summary>What pods get instead of the client's path and host; see <see cref="RewritePolicy"/>.</summary>
internal static class RewriteAnnotations
{
    private const int Longest = 2048;

    private static readonly SearchValues<char> PathCharacters = SearchValues.Create(
        "!$%&'()*+,-./0123456789:;=?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]_abcdefghijklmnopqrstuvwxyz{}~");

    private static readonly SearchValues<char> HostCharacters = SearchValues.Create(
        "$-._:[]{}0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    public static readonly IReadOnlyList<Annotation> All =
    [
        new("rewrite-target", AnnotationRisk.Medium, "path with $1 to $9", "none: pods get the client's path",
            "The path that pods get; $1 to $9 are what the groups of the rule's path captured, empty where it has "
            + "no such group, and the query stays. Makes every path of the host a regular expression, as use-regex does.",
            (policies, text) => text.Length == 0 ? policies : policies with { Rewrite = new RewritePolicy { Target = Path(text) } })
        {
            Example = "/$1",
        },
        new("x-forwarded-prefix", AnnotationRisk.Medium, "path with $1 to $9", "none: the client's header",
            "The X-Forwarded-Prefix header that pods get; only together with rewrite-target.", ForwardedPrefix)
        {
            Example = "/app",
        },
        new("upstream-vhost", AnnotationRisk.Low, "host; nginx's variables are filled in", "none: the client's Host header",
            "The Host header that pods get; X-Forwarded-Host keeps the client's.",
            (policies, text) => policies with { UpstreamVhost = Host(text) })
        {
            Example = "backend.example.com",
        },
        new("use-regex", AnnotationRisk.Low, "true or false", "false",
            "Whether the paths of the hosts, those of other Ingresses too, are regular expressions: matched at the beginning of "
            + "the path, in any case, the longest first.",
            (policies, text) => policies with { Host = (policies.Host ?? new HostPolicy()) with { UseRegex = SettingValue.Bool(text) } })
        {
            Scope = AnnotationScope.Host,
            Example = "true",
            Difference = "expressions are .NET's and match in linear time where they can; possessive quantifiers and POSIX "
                + "classes are refused",
        },
    ];

    private static RoutePolicies ForwardedPrefix(RoutePolicies policies, string text, AnnotationSource source)
    {
        var prefix = Path(text);
        if (policies.Rewrite is { } rewrite)
            return policies with { Rewrite = rewrite with { ForwardedPrefix = prefix } };
        source.Problems.Warning(
            ProblemReasons.InvalidAnnotation, source.Field("x-forwarded-prefix"),
            $"value {Quoted.Value(text)} has no effect without rewrite-target; no X-Forwarded-Prefix is sent");
        return policies;
    }

    private static VariableText Path(string text)
    {
        if (text.Length is 0 or > Longest || text.AsSpan().ContainsAnyExcept(PathCharacters) || text[0] is not ('/' or '$')
            || text.StartsWith("$scheme", StringComparison.Ordinal))
            throw new FormatException($"must be a path of at most {Longest} characters, beginning with a slash or a capture");
        return VariableText.Parse(text, captures: true);
    }

    private static VariableText Host(string text)
    {
        if (text.Length is 0 or > 512 || text.AsSpan().ContainsAnyExcept(HostCharacters))
            throw new FormatException("must be a host, with a port if need be");
        return VariableText.Parse(text);
    }
}
