using YarpIngress.Translation.Model;

namespace YarpIngress.Translation.Ingress;

/// <summary>The hosts that <c>server-alias</c> and <c>from-to-www-redirect</c> make.</summary>
internal static class DerivedHosts
{
    private const string Www = "www.";

    private static readonly Dictionary<string, DerivedHost> Nothing = [];

    /// <summary>Those of an Ingress whose rules name <paramref name="hosts"/>.</summary>
    public static Dictionary<string, DerivedHost> Of(HostPolicy? policy, IEnumerable<string> hosts)
    {
        if (policy is null || (policy.Aliases.Count == 0 && !policy.RedirectsWww))
            return Nothing;
        var derived = new Dictionary<string, DerivedHost>();
        foreach (var alias in policy.Aliases)
            derived[alias] = DerivedHost.Alias;
        if (!policy.RedirectsWww)
            return derived;
        foreach (var host in hosts)
        {
            if (WwwOf(host) is { } name)
                derived[name] = derived.GetValueOrDefault(name) | DerivedHost.Www;
        }
        return derived;
    }

    /// <summary>The host with <c>www.</c>, or without when it has it; null for a wildcard and for no host.</summary>
    public static string? WwwOf(string host) =>
        host.Length == 0 || host[0] == '*' ? null : host.StartsWith(Www, StringComparison.Ordinal) ? host[Www.Length..] : Www + host;

    /// <summary>Whose other name <paramref name="alias"/> is; of several hosts the first by name. Null when it is none's.</summary>
    /// <param name="alias">The other name.</param>
    /// <param name="claiming">The Ingresses that have it in <c>server-alias</c>.</param>
    /// <param name="ofHost">The Ingresses that name a host, in precedence order.</param>
    public static string? AliasOwner(
        string alias, IEnumerable<ParsedIngress> claiming, Func<string, IReadOnlyList<ParsedIngress>> ofHost)
    {
        string? owner = null;
        foreach (var ingress in claiming)
        {
            if (!ingress.Hosts.TryGetValue(alias, out var rules) || !rules.Derived.HasFlag(DerivedHost.Alias))
                continue;
            foreach (var (host, own) in ingress.Hosts)
            {
                if (own.HasRule && host.Length > 0 && FirstWithAliases(host, ofHost) == ingress
                    && (owner is null || string.CompareOrdinal(host, owner) < 0))
                    owner = host;
            }
        }
        return owner;
    }

    /// <summary>The Ingress whose aliases count for a host: the oldest that has any.</summary>
    public static ParsedIngress? FirstWithAliases(string host, Func<string, IReadOnlyList<ParsedIngress>> ofHost) =>
        ofHost(host).FirstOrDefault(other => other.HostPolicy is { Aliases.Count: > 0 } && other.Hosts[host].HasRule);
}
