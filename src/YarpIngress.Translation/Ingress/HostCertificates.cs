using YarpIngress.Kubernetes;

namespace YarpIngress.Translation.Ingress;

/// <summary>Which certificate a host presents.</summary>
public static class HostCertificates
{
    /// <summary>Whether an Ingress asks for TLS for the host.</summary>
    public static bool Exist(string host, IReadOnlyList<ParsedIngress> ingresses, Func<ParsedIngress, SubjectNames> subjectNames) =>
        Of(host, ingresses, subjectNames, null).Exists;

    /// <summary>Finds it.</summary>
    /// <returns>Whether there is a certificate at all, and its Secret; without one it is the default certificate.</returns>
    internal static (bool Exists, ObjectKey? Secret) Of(
        string host, IReadOnlyList<ParsedIngress> ingresses, Func<ParsedIngress, SubjectNames> subjectNames, HostProblems? problems)
    {
        // Requests without a known host, or one that only an expression matches, get the default certificate, as in ingress-nginx.
        if (host.Length == 0 || host[0] == '~')
            return default;
        ObjectKey? chosen = null;
        ParsedIngress? winner = null;
        foreach (var ingress in ingresses)
        {
            // A canary makes no host, so that its TLS section says nothing.
            if (ingress.IsCanary || !ingress.Hosts.TryGetValue(host, out var rules) || (rules.Tls is null && ingress.Secrets.Count == 0))
                continue;
            var secret = rules.Tls is { } listing ? listing.Secret : subjectNames(ingress).Find(host);
            if (winner is null && (rules.Tls is not null || secret is not null))
            {
                chosen = secret;
                winner = ingress;
            }
            else if (winner is not null && rules.Tls is { Exact: true, Secret: { } lost } && lost != chosen)
                problems?.DuplicateCertificate(ingress.Key, rules.Tls.Value.Entry, lost, winner.Key);
        }

        return (winner is not null, chosen);
    }
}
