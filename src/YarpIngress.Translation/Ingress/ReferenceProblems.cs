using YarpIngress.Kubernetes;
using YarpIngress.Translation.Certificates;
using YarpIngress.Translation.Model;

namespace YarpIngress.Translation.Ingress;

/// <summary>
/// What is wrong with the Services and Secrets that an Ingress refers to, told on the Ingress: one problem each,
/// however many paths refer to it.
/// </summary>
public static class ReferenceProblems
{
    /// <summary>The problems of <paramref name="ingress"/> by its references.</summary>
    /// <param name="ingress">The Ingress.</param>
    /// <param name="backends">Each backend's translation.</param>
    /// <param name="certificates">Each Secret's translation; null when there is no such Secret.</param>
    /// <param name="subjectNames">The names that its certificates cover.</param>
    /// <param name="now">The time, UTC, for expiry.</param>
    public static EquatableArray<Problem> Of(
        ParsedIngress ingress,
        Func<BackendKey, BackendTranslation?> backends,
        Func<ObjectKey, CertificateTranslation?> certificates,
        Func<ParsedIngress, SubjectNames> subjectNames,
        DateTime now)
    {
        var problems = new ProblemList(ingress.ProblemObject);
        var isCanary = ingress.IsCanary;
        var instead = isCanary ? "; as it is a canary, the Ingress that it shares requests with serves them all" : "";
        foreach (var use in ingress.Backends)
        {
            foreach (var notice in backends(use.Key)?.Notices ?? [])
            {
                if (use.Key.IsFirstPort)
                {
                    problems.Warning(
                        notice.Reason, use.Field,
                        $"{notice.Message.Split(';')[0]}; it does not serve in place of other Services until then");
                    continue;
                }
                var others = use.Count > 1 ? $" ({use.Count} paths of this Ingress in all)" : "";
                problems.Add(notice.Reason, notice.Severity, Below(use.Field, notice.Field), notice.Message + instead + others);
            }
        }

        // Certificates are those of the Ingresses whose requests it shares.
        if (isCanary)
            return problems.Finish().ToEquatableArray();

        HashSet<ObjectKey>? found = null;
        foreach (var use in ingress.Secrets)
        {
            var field = $"spec.tls[{use.Entry}].secretName";
            if (certificates(use.Secret) is not { } translation)
            {
                problems.Error(
                    ProblemReasons.SecretNotFound, field,
                    $"Secret {use.Secret} does not exist; the default certificate is presented until it does");
                continue;
            }

            foreach (var notice in translation.Notices)
                problems.Add(notice.Reason, notice.Severity, Below(field, notice.Field), notice.Message);
            if (translation.Certificate is not { } certificate)
                continue;
            if (CertificateValidity.Describe(certificate, now) is { } why)
                problems.Warning(
                    ProblemReasons.CertificateMismatch, field,
                    $"the certificate of Secret {use.Secret} {why}; it is presented all the same");
            if (Coverage(use, certificate, () => found ??= FoundByName(ingress, subjectNames)) is { } uncovered)
                problems.Warning(ProblemReasons.CertificateMismatch, field, $"the certificate of Secret {use.Secret} {uncovered}");
        }

        return problems.Finish().ToEquatableArray();
    }

    private static string? Coverage(SecretUse use, Certificate certificate, Func<HashSet<ObjectKey>> found)
    {
        if (use.Hosts.Count == 0)
            return !use.ByName || found().Contains(use.Secret)
                ? null
                : "covers no host of the Ingress's rules, and its entry lists none; it is not used";
        var names = new HashSet<string>(certificate.DnsNames);
        var uncovered = use.Hosts.Where(h => !CertificateValidity.Covers(names, h)).ToList();
        return uncovered.Count == 0 ? null : $"does not cover {Quoted.List(uncovered)}; the default certificate is presented instead";
    }

    /// <summary>The Secrets that serve hosts which no TLS entry lists.</summary>
    private static HashSet<ObjectKey> FoundByName(ParsedIngress ingress, Func<ParsedIngress, SubjectNames> subjectNames) =>
    [
        .. ingress.Hosts.Where(h => h.Value is { HasRule: true, Tls: null })
            .Select(h => subjectNames(ingress).Find(h.Key))
            .OfType<ObjectKey>(),
    ];

    private static string Below(string field, string part) => part.Length == 0 ? field : $"{field}.{part}";
}
