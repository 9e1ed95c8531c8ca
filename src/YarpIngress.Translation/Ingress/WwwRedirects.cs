using YarpIngress.Translation.Model;
using YarpIngress.Translation.Variables;

namespace YarpIngress.Translation.Ingress;

/// <summary><c>from-to-www-redirect</c>: a host of its own whose only route sends everything to the host of the rule.</summary>
internal static class WwwRedirects
{
    /// <summary>The virtual host <paramref name="name"/>; null when no Ingress asks for it.</summary>
    public static VirtualHost? Host(string name, IReadOnlyList<ParsedIngress> ingresses)
    {
        foreach (var ingress in ingresses)
        {
            if (ingress.Hosts.TryGetValue(name, out var rules) && rules.Derived.HasFlag(DerivedHost.Www)
                && TargetOf(name, ingress) is { } target)
                return new VirtualHost { Host = name, Routes = [Route(target, ingress)] };
        }
        return null;
    }

    private static string? TargetOf(string name, ParsedIngress ingress)
    {
        foreach (var (host, rules) in ingress.Hosts)
        {
            if (rules.HasRule && DerivedHosts.WwwOf(host) == name)
                return host;
        }
        return null;
    }

    private static Route Route(string target, ParsedIngress ingress) => new()
    {
        Match = PathMatch.Prefix,
        Path = "/",
        Ingress = ingress.Key,
        Backend = BackendKey.None(ingress.Key.Namespace),
        Policies = new RoutePolicies
        {
            AccessLog = ingress.Policies.AccessLog,
            Tracing = ingress.Policies.Tracing,
            Redirect = new RedirectPolicy
            {
                // The port is always there, as it is there: the one that the client asked at.
                Location = VariableText.Parse($"$pass_access_scheme://{target}:$pass_port$request_uri"),
                Status = ingress.Policies.Redirects.Status,
                TrimsSlash = true,
            },
        },
    };
}
