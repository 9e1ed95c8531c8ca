using System.Security.Cryptography;
using YarpIngress.Kubernetes.Models;
using YarpIngress.Translation.Model;

namespace YarpIngress.Translation.Certificates;

/// <summary>
/// Reads the Secret of <c>auth-tls-secret</c>: authorities in <c>ca.crt</c>, and in <c>ca.crl</c>, where it is there, what they have
/// revoked. What it says never quotes the Secret's data.
/// </summary>
public static class ClientAuthoritiesSecret
{
    private const int MostLists = 100;

    /// <summary>What the Secret holds, or why it is of no use.</summary>
    public static (ClientAuthorities? Trust, string? Problem) Read(V1Secret? secret)
    {
        if (secret is null)
            return (null, "does not exist");
        var data = secret.Data ?? [];
        var certificates = data.GetValueOrDefault("ca.crt");
        var (authorities, problem) = AuthorityList.Read(certificates);
        if (problem is not null || authorities.Count == 0)
            return (null, problem ?? "has no ca.crt");
        // An empty one is no list that revokes nothing, but one that somebody failed to write.
        var lists = new List<RevocationList>();
        if (data.TryGetValue("ca.crl", out var revoked) && ReadLists(revoked ?? [], lists) is { } damage)
            return (null, damage);
        return (new ClientAuthorities
        {
            Fingerprint = Convert.ToHexStringLower(
                SHA256.HashData([.. SHA256.HashData(certificates!), .. SHA256.HashData(revoked ?? [])])),
            Authorities = authorities,
            RevocationLists = lists,
        }, null);
    }

    private static string? ReadLists(byte[] pem, List<RevocationList> lists)
    {
        foreach (var block in PemBlock.ReadAll(pem))
        {
            if (block.Label != "X509 CRL")
                return "has something else than revocation lists in ca.crl";
            if (lists.Count == MostLists)
                return $"has more than {MostLists} revocation lists in ca.crl";
            try
            {
                lists.Add(RevocationList.Read(block.Data ?? []));
            }
            catch (FormatException error)
            {
                return $"has a revocation list in ca.crl, number {lists.Count + 1}, that {error.Message}";
            }
        }
        return lists.Count == 0 ? "has no revocation list in PEM form in ca.crl" : null;
    }
}
