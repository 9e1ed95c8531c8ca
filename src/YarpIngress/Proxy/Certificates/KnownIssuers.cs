using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace YarpIngress.Proxy.Certificates;

/// <summary>
/// The issuers that came with certificates in full handshakes. A session that is taken up brings the certificate alone, and what a
/// client once sent is needed to verify it.
/// </summary>
internal sealed class KnownIssuers
{
    private const int Most = 2000;

    private readonly ConcurrentDictionary<string, IReadOnlyList<byte[]>> _byCertificate = new();

    /// <summary>What came, or else what came the last time.</summary>
    public IReadOnlyList<byte[]> Complete(byte[] certificate, IReadOnlyList<byte[]> came)
    {
        if (came.Count == 0)
            return _byCertificate.IsEmpty ? came : _byCertificate.GetValueOrDefault(Name(certificate)) ?? came;
        // Whoever is forgotten makes a full handshake.
        if (_byCertificate.Count >= Most)
            _byCertificate.Clear();
        _byCertificate[Name(certificate)] = came;
        return came;
    }

    private static string Name(byte[] certificate) => Convert.ToHexString(SHA256.HashData(certificate));
}
