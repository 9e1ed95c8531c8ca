using YarpIngress.Kubernetes;
using YarpIngress.Translation.Model;

namespace YarpIngress.Translation.Ingress;

/// <summary>
/// Which certificates the clients of a host present. As in ingress-nginx the first Ingress with authorities decides for all of
/// the host's, and one that can't be given what it asks for closes the host.
/// </summary>
internal static class HostClientCertificates
{
    private const string WithoutTrust = "auth-tls-secret";

    /// <summary>The policy; null when no certificate is asked for.</summary>
    /// <param name="host">The host that the rules name.</param>
    /// <param name="ingresses">Its Ingresses, in precedence order.</param>
    /// <param name="policies">The policies of an Ingress, with what the Secret says that its annotation names.</param>
    /// <param name="byDefault">What serves paths that no rule does; of unknown hosts it may come from an Ingress without rules.</param>
    /// <param name="problems">Takes what is wrong.</param>
    public static ClientCertificatePolicy? Of(
        string host, IReadOnlyList<ParsedIngress> ingresses, Func<ParsedIngress, RoutePolicies> policies, Route? byDefault,
        HostProblems problems)
    {
        ClientCertificatePolicy? chosen = null;
        ParsedIngress? winner = null;
        List<(ObjectKey Ingress, ClientCertificatePolicy Policy)>? demanding = null;
        foreach (var ingress in ingresses)
        {
            if (ingress.Policies.ClientCertificates is null || !ingress.Hosts.TryGetValue(host, out var rules) || !rules.HasRule
                || policies(ingress).ClientCertificates is not { } asked)
                continue;
            if (asked.Closed is not null)
                return asked;
            if (HasNoSecret(asked))
                (demanding ??= []).Add((ingress.Key, asked));
            else if (chosen is null)
                (chosen, winner) = (asked, ingress);
            else if (asked != chosen)
                problems.OtherClientCertificates(ingress.Key, winner!.Key);
        }
        if (chosen is null && byDefault?.Policies.ClientCertificates is { } ofDefault && host.Length == 0)
        {
            if (!HasNoSecret(ofDefault))
                chosen = ofDefault;
            else
                (demanding ??= []).Add((byDefault.Ingress, ofDefault));
        }
        foreach (var (ingress, asked) in demanding ?? [])
        {
            if (IsMet(asked, chosen))
                continue;
            problems.NoClientAuthorities(ingress);
            chosen = asked with { Closed = WithoutTrust };
        }
        return chosen;
    }

    /// <summary>One with a Secret has authorities or is closed, but in a review, which looks into no Secret.</summary>
    private static bool HasNoSecret(ClientCertificatePolicy asked) => asked is { Trust: null, Closed: null, Secret: null };

    /// <summary>Whether what an Ingress without authorities demands is what another one of the host gives.</summary>
    private static bool IsMet(ClientCertificatePolicy demanded, ClientCertificatePolicy? chosen) =>
        chosen is not null
        && (demanded.Verify is not ClientVerification.On || chosen.Mode is ClientVerification.On || chosen.Closed is not null)
        && (demanded.Subject is null || demanded.Subject == chosen.Subject || chosen.Closed is not null);
}
