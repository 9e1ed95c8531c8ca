using YarpIngress.Controller.Problems;
using YarpIngress.Kubernetes;
using YarpIngress.Translation.Certificates;
using YarpIngress.Translation.Model;

namespace YarpIngress.Controller.Updates;

/// <content>Secrets, and those who name them.</content>
internal sealed partial class ClusterTranslation
{
    private void TranslateCertificate(ObjectKey secret, DateTime now, ModelDraft draft)
    {
        var former = _certificates.GetValueOrDefault(secret);
        var translation = cache.IsReferencedSecret(secret) && cache.Secret(secret) is { } found
            ? CertificateTranslator.Translate(found)
            : null;
        if (translation is null)
            _certificates.Remove(secret);
        else
            _certificates[secret] = translation;
        if (cache.Settings.DefaultCertificate == secret)
            _problems.Replace(new ProblemSource("default certificate", ""), DefaultCertificateProblems(secret, translation));
        if (translation == former && former is not null)
            return;

        if (translation?.Certificate is { } certificate)
        {
            if (certificate != former?.Certificate)
                draft.CertificatesSet.Add(certificate);
            _clock.Watch(certificate, now);
        }
        else if (former?.Certificate is not null)
        {
            draft.CertificatesRemoved.Add(secret);
            _clock.Forget(secret, now);
        }
        MarkUsers(secret, hosts: (translation?.Certificate?.DnsNames ?? []) != (former?.Certificate?.DnsNames ?? []));
    }

    /// <summary>The Ingresses that name a Secret have other problems now; other names reach other hosts.</summary>
    private void MarkUsers(ObjectKey secret, bool hosts)
    {
        foreach (var user in cache.Selected.UsersOfSecret(secret))
        {
            cache.Dirty.References.Add(user);
            if (!hosts || cache.Selected.Find(user) is not { } ingress)
                continue;
            _subjectNames.Remove(user);
            foreach (var (host, rules) in ingress.Hosts)
            {
                if (rules.Tls is null)
                    cache.Selected.MarkHost(host);
            }
        }
    }

    private static EquatableArray<Problem> DefaultCertificateProblems(ObjectKey secret, CertificateTranslation? translation)
    {
        var about = new ProblemObject("Secret", secret);
        if (translation is null)
        {
            return [new Problem
            {
                Object = about,
                Reason = ProblemReasons.SecretNotFound,
                Severity = ProblemSeverity.Error,
                Message = "the Secret of --default-ssl-certificate does not exist; a self-signed certificate is presented until it does",
            }];
        }

        return translation.Notices
            .Select(n => new Problem { Object = about, Reason = n.Reason, Severity = n.Severity, Field = n.Field, Message = n.Message })
            .ToEquatableArray();
    }
}
