using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace YarpIngress.LocalCluster.Api.Security;

/// <summary>Who a request comes from: the administrator by certificate or token, a ServiceAccount by its token, or nobody.</summary>
internal sealed class Authentication(ClusterCertificates certificates, string token, ServiceAccountTokens accounts)
{
    private const string Bearer = "Bearer ";
    private readonly ConcurrentDictionary<string, bool> _known = new(StringComparer.Ordinal);
    private readonly byte[] _token = Encoding.UTF8.GetBytes(token);

    public string Token => token;

    public ServiceAccountTokens Accounts => accounts;

    /// <summary>A new token.</summary>
    public static string NewToken() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));

    /// <summary>A certificate of ours decides, whatever token comes with it, as upstream.</summary>
    public UserInfo? Identify(HttpContext http) =>
        http.Connection.ClientCertificate is { } certificate && IsKnown(certificate) ? UserInfo.Administrator : ByToken(http.Request);

    private UserInfo? ByToken(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        if (!header.StartsWith(Bearer, StringComparison.Ordinal))
            return null;
        var given = header[Bearer.Length..].Trim();
        return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), _token)
            ? UserInfo.Administrator
            : accounts.Identify(given);
    }

    private bool IsKnown(X509Certificate2 certificate)
    {
        if (_known.ContainsKey(certificate.Thumbprint))
            return true;
        if (!certificates.IsClient(certificate))
            return false;
        // Only certificates that our authority issued get here, so this stays small.
        _known[certificate.Thumbprint] = true;
        return true;
    }
}
