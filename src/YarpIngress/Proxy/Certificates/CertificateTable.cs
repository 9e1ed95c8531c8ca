using System.Collections.Concurrent;
using System.Net.Security;
using System.Security.Cryptography;
using YarpIngress.Kubernetes;
using YarpIngress.Translation.Model;
using YarpIngress.Translation.Settings;

namespace YarpIngress.Proxy.Certificates;

/// <summary>
/// Server name to certificate. Handshakes read without a lock. Exact name, then the wildcard of its first label, then
/// the default; a host whose Secret is missing or bad, or holds a certificate of other hosts, presents the default.
/// </summary>
internal sealed partial class CertificateTable(ILogger<CertificateTable> logger)
{
    private readonly ConcurrentDictionary<ObjectKey, ServerCertificate> _bySecret = new();
    private readonly ConcurrentDictionary<string, ObjectKey> _byHost = new(StringComparer.OrdinalIgnoreCase);
    private readonly ServerCertificate _selfSigned = SelfSignedCertificate.Create();
    private volatile DefaultSecret? _default;
    private volatile TlsSettings _settings = TlsSettings.Default;

    /// <summary>How TLS is spoken, in handshakes from now on.</summary>
    public TlsSettings Settings
    {
        get => _settings;
        set => _settings = value;
    }

    /// <summary>How many hosts name a Secret, and how many Secrets have a certificate.</summary>
    public (int Hosts, int Certificates) Count => (_byHost.Count, _bySecret.Count);

    /// <summary>Which Secret each host names, whether it has a certificate or not.</summary>
    public IEnumerable<KeyValuePair<string, ObjectKey>> Hosts => _byHost;

    /// <summary>The Secret of the default certificate; null for the self-signed one.</summary>
    public ObjectKey? Default => _default?.Secret;

    /// <summary>The TLS options for a handshake.</summary>
    /// <param name="serverName">What the client asked for; empty when it did not say.</param>
    public SslServerAuthenticationOptions OptionsFor(string? serverName)
    {
        var certificate = Find(serverName);
        try
        {
            return certificate.OptionsFor(Settings);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or NotSupportedException or InvalidOperationException)
        {
            // The translator has looked at it, so this is rare: a key that parses and still can't be used. Told once, since
            // anybody can ask for the name as often as they like.
            if (certificate.IsFirstFailure())
                Log.Unusable(logger, certificate.Name, e.Message);
            return _selfSigned.OptionsFor(Settings);
        }
    }

    /// <summary>Sets which Secret a host presents; null takes the host out.</summary>
    public void SetHost(string host, ObjectKey? secret)
    {
        if (host.Length == 0)
            return;
        if (secret is { } key)
            _byHost[host] = key;
        else
            _byHost.TryRemove(host, out _);
    }

    /// <summary>Adds or replaces a certificate. One with the same data stays, and its sessions can be resumed.</summary>
    public void Set(Certificate certificate)
    {
        if (_bySecret.TryGetValue(certificate.Secret, out var current) && current.Fingerprint == certificate.Fingerprint)
            return;
        _bySecret[certificate.Secret] = new ServerCertificate(certificate);
    }

    /// <summary>Takes a certificate away.</summary>
    public void Remove(ObjectKey secret) => _bySecret.TryRemove(secret, out _);

    /// <summary>Sets which Secret is the default; null means the self-signed certificate.</summary>
    public void SetDefault(ObjectKey? secret) => _default = secret is { } key ? new DefaultSecret(key) : null;

    /// <summary>The certificate for a server name.</summary>
    public ServerCertificate Find(string? serverName)
    {
        if (!string.IsNullOrEmpty(serverName))
        {
            var name = serverName.EndsWith('.') ? serverName[..^1] : serverName;
            // As in ingress-nginx: the default one often is a wildcard that does cover the name, and clients would not take this one.
            if (SecretOf(name) is { } secret && _bySecret.TryGetValue(secret, out var own) && own.Covers(name))
                return own;
        }
        return _default is { } byDefault && _bySecret.TryGetValue(byDefault.Secret, out var certificate) ? certificate : _selfSigned;
    }

    // A host that names a Secret of its own never presents the wildcard's, even while that Secret is missing or bad.
    private ObjectKey? SecretOf(string name)
    {
        if (_byHost.TryGetValue(name, out var exact))
            return exact;
        var dot = name.IndexOf('.');
        return dot > 0 && _byHost.TryGetValue(string.Concat("*", name.AsSpan(dot)), out var wildcard) ? wildcard : null;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error,
            "The certificate of Secret {Secret} can't be loaded, and the self-signed one is presented instead: {Reason}")]
        public static partial void Unusable(ILogger logger, string secret, string reason);
    }

    private sealed record DefaultSecret(ObjectKey Secret);
}
