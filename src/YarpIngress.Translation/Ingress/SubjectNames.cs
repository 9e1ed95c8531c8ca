using YarpIngress.Kubernetes;
using YarpIngress.Translation.Model;

namespace YarpIngress.Translation.Ingress;

/// <summary>
/// The names that the certificates of one Ingress cover: how a host that no TLS entry lists finds its certificate, as
/// ingress-nginx does it. Built once per Ingress, so that many hosts and many Secrets cost their sum, not their product.
/// </summary>
public sealed class SubjectNames
{
    private readonly Dictionary<string, ObjectKey> _secretByName = [];

    /// <summary>Of the Secrets of <paramref name="ingress"/> that hold a usable certificate; the first entry wins.</summary>
    public static SubjectNames Of(ParsedIngress ingress, Func<ObjectKey, Certificate?> certificates)
    {
        var names = new SubjectNames();
        foreach (var use in ingress.Secrets)
        {
            if (certificates(use.Secret) is not { } certificate)
                continue;
            foreach (var name in certificate.DnsNames)
                names._secretByName.TryAdd(name, use.Secret);
        }

        return names;
    }

    /// <summary>The Secret whose certificate covers <paramref name="host"/>; null when none does.</summary>
    public ObjectKey? Find(string host)
    {
        if (_secretByName.TryGetValue(host, out var secret))
            return secret;
        return HostName.WildcardFor(host) is { } wildcard && _secretByName.TryGetValue(wildcard, out secret) ? secret : null;
    }
}
