using System.Collections.Concurrent;
using YarpIngress.Controller.Problems;
using YarpIngress.Controller.Updates;
using YarpIngress.Kubernetes;
using YarpIngress.Translation.Model;

namespace YarpIngress.Controller;

/// <summary>
/// Problems and certificates as they are now, for readers on any thread. The controller loop, which owns the truth, writes
/// what a change touches.
/// </summary>
internal sealed class LiveObjects
{
    private readonly ConcurrentDictionary<ProblemObject, IReadOnlyList<Problem>> _problems = [];
    private readonly ConcurrentDictionary<ObjectKey, Certificate> _certificates = [];

    /// <summary>Every current problem.</summary>
    public IEnumerable<Problem> Problems => _problems.SelectMany(entry => entry.Value);

    /// <summary>Every certificate that is served.</summary>
    public IEnumerable<Certificate> Certificates => _certificates.Select(entry => entry.Value);

    /// <summary>The certificate of a Secret; null when it has none.</summary>
    public Certificate? Certificate(ObjectKey secret) => _certificates.GetValueOrDefault(secret);

    /// <summary>Follows a published change; only the controller loop calls it.</summary>
    public void Follow(ModelChange change, IReadOnlyList<ProblemChange> fromProxy)
    {
        foreach (var problems in change.Problems.Concat(fromProxy))
        {
            if (problems.Current.Count == 0)
                _problems.TryRemove(problems.Object, out _);
            else
                _problems[problems.Object] = problems.Current;
        }
        foreach (var certificate in change.CertificatesSet)
            _certificates[certificate.Secret] = certificate;
        foreach (var secret in change.CertificatesRemoved)
            _certificates.TryRemove(secret, out _);
    }
}
