using YarpIngress.Kubernetes;
using YarpIngress.Translation.Certificates;
using YarpIngress.Translation.Ingress;
using YarpIngress.Translation.Model;

namespace YarpIngress.Controller.Updates;

/// <content>What an Ingress that is not there yet would come to: the question of the admission webhook.</content>
internal sealed partial class ClusterTranslation
{
    /// <summary>
    /// What the hosts of an Ingress would come to with it in place of what has its name. Nothing of it is kept; each host costs
    /// what its own rules do.
    /// </summary>
    public IEnumerable<HostTranslation> Preview(ParsedIngress candidate)
    {
        var names = new Lazy<SubjectNames>(() => SubjectNames.Of(candidate, secret => Certificate(secret)?.Certificate));
        IEnumerable<string> hosts = candidate.DefaultBackend is null || candidate.Hosts.ContainsKey("")
            ? candidate.Hosts.Keys
            : candidate.Hosts.Keys.Append("");
        foreach (var host in hosts)
            yield return HostTranslator.Translate(
                host,
                name => cache.Selected.OfHost(name, candidate),
                host.Length == 0 ? cache.Selected.CatchAll(candidate) : [],
                ingress => ReferenceEquals(ingress, candidate) ? names.Value : Names(ingress),
                ingress => ReferenceEquals(ingress, candidate) ? candidate.Policies : Policies(ingress));
    }

    /// <summary>What is wrong with the Services and certificates that an Ingress refers to, as far as they are there.</summary>
    public IEnumerable<Problem> PreviewReferences(ParsedIngress candidate)
    {
        var names = new Lazy<SubjectNames>(() => SubjectNames.Of(candidate, secret => Certificate(secret)?.Certificate));
        return ReferenceProblems.Of(candidate, Backend, Certificate, _ => names.Value, time.GetUtcNow().UtcDateTime);
    }

    private BackendTranslation? Backend(BackendKey key) => _backends.GetValueOrDefault(key) ?? (key.IsNone ? null : Translated(key));

    private CertificateTranslation? Certificate(ObjectKey secret) =>
        _certificates.GetValueOrDefault(secret) ?? (cache.Secret(secret) is { } found ? CertificateTranslator.Translate(found) : null);
}
