using System.Net.Security;
using YarpIngress.Translation.Settings;

namespace YarpIngress.Proxy.Certificates;

/// <summary>The ciphers that <c>ssl-ciphers</c> leaves to a handshake.</summary>
internal static class ServerCiphers
{
    // As with nginx, the list is about TLS 1.2; those of 1.3 are all good.
    private static readonly TlsCipherSuite[] OfTls13 =
        [TlsCipherSuite.TLS_AES_256_GCM_SHA384, TlsCipherSuite.TLS_AES_128_GCM_SHA256, TlsCipherSuite.TLS_CHACHA20_POLY1305_SHA256];

    /// <summary>The policy for what <see cref="CipherNames.Normalize"/> returned; null where the choice is the platform's.</summary>
    public static CipherSuitesPolicy? PolicyOf(string? ciphers) =>
        ciphers is null || OperatingSystem.IsWindows()
            ? null
            : new CipherSuitesPolicy(OfTls13.Concat(CipherNames.Parse(ciphers)).Distinct());
}
