using System.Globalization;
using System.Net;
using YarpIngress.Translation.Backends;
using YarpIngress.Translation.Model;
using YarpIngress.Translation.Variables;
using static YarpIngress.Translation.Settings.SettingValue;

namespace YarpIngress.Translation.Ingress.Annotations;

/// <summary>Copies of requests; see <see cref="MirrorPolicy"/>.</summary>
internal static class MirrorAnnotations
{
    private const int Longest = 2048;

    public static readonly IReadOnlyList<Annotation> All =
    [
        new("mirror-target", AnnotationRisk.High, "a URL of http or https; behind its host it may hold variables", "none",
            "Sends a copy of each request to the URL; nobody waits for its answer, which is thrown away.",
            (policies, text, source) => With(policies, mirror => mirror with { Target = Target(text, source) }))
        {
            Example = "https://mirror.example.com$request_uri",
            Difference = "The host has no variables, and is not the gateway itself. Copies beyond what a mirror takes are dropped.",
        },
        new("mirror-host", AnnotationRisk.High, "a host, with a port or without", "the host of mirror-target",
            "The Host header of the copies.", (policies, text) => With(policies, mirror => mirror with { Host = Host(text) }))
        {
            Example = "mirror.example.com",
        },
        new("mirror-request-body", AnnotationRisk.Low, "on or off", "on", "Whether the copies have the requests' bodies.",
            (policies, text) => With(policies, mirror => mirror with { Body = Word(text.Trim(), ("on", true), ("off", false)) }))
        {
            Example = "off",
        },
    ];

    /// <summary>Without a target nothing of it is left.</summary>
    public static RoutePolicies Complete(RoutePolicies policies) =>
        policies.Mirror is { Target: null } ? policies with { Mirror = null } : policies;

    private static VariableText Target(string text, AnnotationSource source)
    {
        var url = text.Trim();
        var scheme = url.IndexOf("://", StringComparison.Ordinal);
        if (scheme < 0 || url[..scheme] is not ("http" or "https") || url.Length > Longest || url.Any(c => char.IsControl(c) || c == ' '))
            throw new FormatException($"must be a URL that begins with http:// or https://, of at most {Longest} characters");
        var rest = url.AsSpan(scheme + 3);
        var end = rest.IndexOfAny("/?#$");
        var authority = end < 0 ? rest : rest[..end];
        // A variable right behind the host continues it, unless it begins with a slash, as these do.
        var after = end < 0 ? default : rest[end..];
        if (after.StartsWith("$") && !after.StartsWith("$request_uri") && !after.StartsWith("$uri") && !after.StartsWith("$document_uri"))
            throw new FormatException("must have no variable in its host");
        var host = Host(authority.ToString());
        var name = host.StartsWith('[') ? host[1..host.IndexOf(']')] : host.Split(':')[0];
        if (!source.Settings.AllowLoopbackExternalName && ExternalNames.IsGateway(name))
            throw new FormatException("must not be the gateway itself");
        return VariableText.Parse(url);
    }

    private static string Host(string text)
    {
        var host = text.Trim();
        var colon = host.LastIndexOf(':');
        var name = host;
        if (colon >= 0 && !host.EndsWith(']'))
        {
            if (!int.TryParse(host.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
                || port is 0 or > 65535)
                throw new FormatException("must have a host, with a port from 1 to 65535 or without");
            name = host[..colon];
        }
        var isAddress = name.StartsWith('[') && name.EndsWith(']') && IPAddress.TryParse(name[1..^1], out _);
        return isAddress || HostName.IsDnsName(name)
            ? host
            : throw new FormatException("must have a host, with a port from 1 to 65535 or without");
    }

    private static RoutePolicies With(RoutePolicies policies, Func<MirrorPolicy, MirrorPolicy> change) =>
        policies with { Mirror = change(policies.Mirror ?? MirrorPolicy.None) };
}
