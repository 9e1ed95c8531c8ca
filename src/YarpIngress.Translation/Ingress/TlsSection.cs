using YarpIngress.Kubernetes;
using YarpIngress.Kubernetes.Models;
using YarpIngress.Translation.Model;

namespace YarpIngress.Translation.Ingress;

/// <summary>The TLS entries of one Ingress, by host and by Secret.</summary>
internal sealed class TlsSection
{
    private readonly Dictionary<string, TlsListing> _listings = [];

    /// <summary>Every valid host that an entry lists.</summary>
    public IEnumerable<string> Hosts => _listings.Keys;

    /// <summary>Every Secret, each once, in the order of the entries.</summary>
    public required IReadOnlyList<SecretUse> Secrets { get; init; }

    /// <summary>The entry that lists <paramref name="host"/>, or else the wildcard that covers it.</summary>
    public TlsListing? ListingFor(string host)
    {
        if (_listings.TryGetValue(host, out var listing))
            return listing;
        return HostName.WildcardFor(host) is { } wildcard && _listings.TryGetValue(wildcard, out listing)
            ? listing with { Exact = false }
            : null;
    }

    public static TlsSection Read(string namespaceName, List<V1IngressTLS>? entries, ProblemList problems)
    {
        var hostsOf = new OrderedDictionary<ObjectKey, (int Entry, List<string> Hosts, bool ByName)>();
        var listings = new Dictionary<string, TlsListing>();
        for (var i = 0; i < (entries?.Count ?? 0); i++)
        {
            var field = $"spec.tls[{i}]";
            if (entries![i] is not { } entry)
            {
                problems.Warning(ProblemReasons.InvalidObject, field, "the TLS entry is empty; it is ignored");
                continue;
            }

            var secret = SecretOf(entry, namespaceName, field, problems);
            if (secret is { } named)
                Add(hostsOf, named, i, byName: entry.Hosts is not { Count: > 0 });
            for (var h = 0; h < (entry.Hosts?.Count ?? 0); h++)
            {
                var host = HostName.Normalize(entry.Hosts![h] ?? "", out var why);
                if (host is null)
                {
                    problems.Error(
                        ProblemReasons.InvalidHost,
                        $"{field}.hosts[{h}]",
                        $"host {Quoted.Value(entry.Hosts[h])} can't have a certificate: {why}; it is ignored");
                    continue;
                }

                if (listings.TryAdd(host, new TlsListing(secret, i, Exact: true)))
                {
                    if (secret is { } owner)
                        hostsOf[owner].Hosts.Add(host);
                }
                else if (listings[host].Secret != secret)
                {
                    problems.Warning(
                        ProblemReasons.DuplicateCertificate,
                        $"{field}.hosts[{h}]",
                        $"host {host} is already in spec.tls[{listings[host].Entry}]; the certificate of that entry is used");
                }
            }
        }

        var section = new TlsSection
        {
            Secrets = [.. hostsOf.Select(s => new SecretUse(s.Key, s.Value.Entry, s.Value.Hosts.ToEquatableArray(), s.Value.ByName))],
        };
        foreach (var (host, listing) in listings)
            section._listings[host] = listing;
        return section;
    }

    private static ObjectKey? SecretOf(V1IngressTLS entry, string namespaceName, string field, ProblemList problems)
    {
        if (string.IsNullOrEmpty(entry.SecretName))
            return null;
        if (HostName.IsDnsName(entry.SecretName))
            return new ObjectKey(namespaceName, entry.SecretName);
        problems.Error(
            ProblemReasons.SecretNotFound,
            $"{field}.secretName",
            $"{Quoted.Value(entry.SecretName)} is no name of a Secret; the default certificate is presented");
        return null;
    }

    private static void Add(
        OrderedDictionary<ObjectKey, (int Entry, List<string> Hosts, bool ByName)> uses, ObjectKey secret, int entry, bool byName)
    {
        if (!uses.TryAdd(secret, (entry, [], byName)) && byName)
            uses[secret] = uses[secret] with { ByName = true };
    }
}
