using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace YarpIngress.LocalCluster.Api.Security;

/// <summary>Who a request comes from: the administrator by certificate or token, or nobody.</summary>
internal sealed class Authentication(ClusterCertificates certificates, string token)
{
    private const string Bearer = "Bearer ";
    private readonly ConcurrentDictionary<string, bool> _known = new(StringComparer.Ordinal);
    private readonly byte[] _token = Encoding.UTF8.GetBytes(token);

    public string Token => token;

    /// <summary>A new token.</summary>
    public static string NewToken() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));

    public UserInfo? Identify(HttpContext http)
    {
        if (http.Request.Headers.Authorization.ToString() is { Length: > 0 } header && header.StartsWith(Bearer, StringComparison.Ordinal))
        {
            return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(header.AsSpan(Bearer.Length).Trim().ToString()), _token)
                ? UserInfo.Administrator
                : null;
        }
        if (http.Connection.ClientCertificate is not { } certificate)
            return null;
        if (!_known.ContainsKey(certificate.Thumbprint))
        {
            if (!certificates.IsClient(certificate))
                return null;
            // Only certificates that our authority issued get here, so this stays small.
            _known[certificate.Thumbprint] = true;
        }
        return UserInfo.Administrator;
    }
}
