using System.Security.Authentication;

namespace YarpIngress.Translation.Settings;

/// <summary>Versions of TLS as nginx names them.</summary>
internal static class TlsProtocolNames
{
    /// <summary>The versions that are named, as far as they are spoken here.</summary>
    /// <exception cref="FormatException">A word is no version, or none of them is spoken.</exception>
    public static SslProtocols Parse(string text)
    {
        var words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        // Older versions are in many lists; that they are not spoken does no harm as long as a newer one is there.
        var protocols = words.Aggregate(SslProtocols.None, (all, word) => all | word.ToLowerInvariant() switch
        {
            "tlsv1.3" => SslProtocols.Tls13,
            "tlsv1.2" => SslProtocols.Tls12,
            "tlsv1" or "tlsv1.1" or "sslv3" or "sslv2" => SslProtocols.None,
            _ => throw new FormatException("must be TLSv1.2, TLSv1.3 or both, with a space between"),
        });
        return protocols is SslProtocols.None ? throw new FormatException("must name TLSv1.2, TLSv1.3 or both") : protocols;
    }
}
