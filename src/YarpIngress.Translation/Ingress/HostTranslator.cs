using YarpIngress.Translation.Model;

namespace YarpIngress.Translation.Ingress;

/// <summary>Makes one virtual host of all that the Ingresses say about one host.</summary>
public static class HostTranslator
{
    /// <summary>Translates <paramref name="host"/>.</summary>
    /// <param name="host">The host, as in <see cref="VirtualHost.Host"/>.</param>
    /// <param name="ofHost">
    /// The Ingresses that name a host, in the order of <see cref="ParsedIngress.Precedence"/>. Asked for the host itself, for the
    /// wildcard that covers it, and for a host whose other name it is.
    /// </param>
    /// <param name="catchAll">
    /// For the empty host the Ingresses whose default backend may serve unknown hosts: those without rules first, each
    /// group in precedence order. Empty for other hosts, whose default comes from their Ingresses.
    /// </param>
    /// <param name="subjectNames">The names that the certificates of an Ingress cover.</param>
    /// <param name="policies">The policies of an Ingress, with what the objects say that its annotations name.</param>
    public static HostTranslation Translate(
        string host,
        Func<string, IReadOnlyList<ParsedIngress>> ofHost,
        IReadOnlyList<ParsedIngress> catchAll,
        Func<ParsedIngress, SubjectNames> subjectNames,
        Func<ParsedIngress, RoutePolicies> policies)
    {
        var problems = new HostProblems(host);
        var ingresses = ofHost(host);
        var (exists, secret) = HostCertificates.Of(host, ingresses, subjectNames, problems);
        var hasCertificate = exists
            || (HostName.WildcardFor(host) is { } wildcard && HostCertificates.Exist(wildcard, ofHost(wildcard), subjectNames));
        var served = HostRoutes.Of(host, host, ingresses, catchAll, policies, hasCertificate, problems) is { } byRules
            ? NoAlias(byRules, ingresses, problems)
            : Derived(host, ingresses, ofHost, policies, hasCertificate, problems);
        return new HostTranslation
        {
            Host = host,
            VirtualHost = AnyHostAuth.Close(UnreadableAuth.Close(served), problems),
            CertificateSecret = secret,
            Problems = problems.Finish(),
        };
    }

    private static VirtualHost NoAlias(VirtualHost host, IReadOnlyList<ParsedIngress> ingresses, HostProblems problems)
    {
        var winner = ingresses.FirstOrDefault(ingress => ingress.Hosts.GetValueOrDefault(host.Host)?.HasRule == true);
        foreach (var ingress in Claiming(host.Host, ingresses))
            problems.AliasOfRule(ingress.Key, winner!.Key);
        return host;
    }

    /// <summary>The host as an alias of another, else as the one of <c>from-to-www-redirect</c>; null when it is neither.</summary>
    private static VirtualHost? Derived(
        string host, IReadOnlyList<ParsedIngress> ingresses, Func<string, IReadOnlyList<ParsedIngress>> ofHost,
        Func<ParsedIngress, RoutePolicies> policies, bool hasCertificate, HostProblems problems)
    {
        var claiming = Claiming(host, ingresses).ToList();
        var owner = claiming.Count == 0 ? null : DerivedHosts.AliasOwner(host, claiming, ofHost);
        foreach (var ingress in claiming)
        {
            if (DerivedHosts.AliasOwner(host, [ingress], ofHost) is not { } own)
                problems.AliasOfYounger(ingress.Key);
            else if (own != owner)
                problems.AliasOfOther(ingress.Key, owner!);
        }
        return owner is null
            ? WwwRedirects.Host(host, ingresses)
            // What is wrong with its rules is told where the owner is translated.
            : HostRoutes.Of(host, owner, ofHost(owner), [], policies, hasCertificate, new HostProblems(host));
    }

    private static IEnumerable<ParsedIngress> Claiming(string host, IReadOnlyList<ParsedIngress> ingresses) =>
        ingresses.Where(ingress => ingress.Hosts.GetValueOrDefault(host)?.Derived.HasFlag(DerivedHost.Alias) == true);
}
