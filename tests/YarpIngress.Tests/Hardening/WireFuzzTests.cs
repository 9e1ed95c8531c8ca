using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using YarpIngress.Proxy.Certificates;
using YarpIngress.Proxy.Listeners.ProxyProtocol;
using YarpIngress.Translation.Certificates;

namespace YarpIngress.Tests.Hardening;

/// <summary>Damaged bytes for what reads them by itself: headers of the PROXY protocol, names in certificates, revocation lists.</summary>
public sealed class WireFuzzTests
{
    // What a parser may allocate for some hundred bytes.
    private const long Allowance = 1024 * 1024;

    private static readonly byte[][] ProxyHeaders =
    [
        "PROXY TCP4 192.0.2.1 198.51.100.1 56324 443\r\n"u8.ToArray(),
        "PROXY TCP6 2001:db8::1 ::ffff:198.51.100.1 4124 80\r\n"u8.ToArray(),
        "PROXY UNKNOWN ffff::1 what ever\r\n"u8.ToArray(),
        [.. ProxyHeaderV2.Signature, 0x21, 0x11, 0, 12, 192, 0, 2, 1, 198, 51, 100, 1, 0xdc, 4, 1, 0xbb],
        [.. ProxyHeaderV2.Signature, 0x21, 0x21, 0, 39, .. new byte[36], 4, 0, 0],
        [.. ProxyHeaderV2.Signature, 0x20, 0x00, 0, 0],
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void HeadersOfTheProxyProtocolAreReadWhateverTheyAre(int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < 100_000; i++)
        {
            var bytes = Damaged(random, ProxyHeaders[random.Next(ProxyHeaders.Length)]);
            var length = ProxyHeader.Read(bytes, out var header);
            Assert.InRange(length, -1, bytes.Length);
            // However it is cut by the network: what is said of the beginning holds for the whole.
            var part = random.Next(bytes.Length + 1);
            var early = ProxyHeader.Read(bytes.AsSpan(0, part), out var earlyHeader);
            Assert.True(early == 0 || (early, earlyHeader) == (length, header),
                $"{Convert.ToHexString(bytes)} at {part}: {early}, then {length}");
            // And what follows is none of its business.
            if (length > 0)
            {
                Assert.Equal(length, ProxyHeader.Read([.. bytes.AsSpan(0, length), .. "GET / HTTP/1.1\r\n"u8], out var again));
                Assert.Equal(header, again);
            }
        }
    }

    [Fact]
    public void ProxyHeadersThatNeverEndAreGivenUp()
    {
        Assert.Equal(-1, ProxyHeader.Read(Encoding.ASCII.GetBytes("PROXY UNKNOWN " + new string('a', 5000)), out _));
        Assert.Equal(-1, ProxyHeader.Read([.. ProxyHeaderV2.Signature, 0x21, 0x11, 0xff, 0xff], out _));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void NamesOfCertificatesAreVisibleTextWhateverTheyAre(int seed)
    {
        var random = new Random(seed);
        byte[][] names =
        [
            new X500DistinguishedName("CN=client-7, OU=One + OU=Two, O=\"Example, Inc.\", C=DE").RawData,
            new X500DistinguishedName("E=a@example.com, DC=example, DC=com, OID.1.2.3.4=x").RawData,
            Name(UniversalTagNumber.BMPString, 0x00, 0x41, 0xd8, 0x00),
            Name(UniversalTagNumber.T61String, 0xe9, 0x00, 0x0a),
            Name(UniversalTagNumber.OctetString, 1, 2, 3),
        ];
        for (var i = 0; i < 50_000; i++)
        {
            var bytes = Damaged(random, names[random.Next(names.Length)]);
            var before = GC.GetAllocatedBytesForCurrentThread();
            var text = DistinguishedName.Write(bytes);
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Allowance);
            // It becomes a header, and what auth-tls-match-cn looks at.
            Assert.False(text.AsSpan().ContainsAnyExceptInRange(' ', '~'), $"{Convert.ToHexString(bytes)}: {text}");
        }
    }

    [Fact]
    public void RevocationListsAreReadOrRefused()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Root", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.CrlSign | X509KeyUsageFlags.KeyCertSign, true));
        using var issuer = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        var builder = new CertificateRevocationListBuilder();
        for (byte serial = 1; serial < 20; serial++)
            builder.AddEntry([serial, serial], DateTimeOffset.UtcNow, X509RevocationReason.KeyCompromise);
        var whole = builder.Build(issuer, 7, DateTimeOffset.UtcNow.AddDays(1), HashAlgorithmName.SHA256);
        Assert.Equal(19, RevocationList.Read(whole).Count);
        var random = new Random(1);
        var read = 0;
        for (var i = 0; i < 50_000; i++)
        {
            var bytes = Damaged(random, whole);
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                var list = RevocationList.Read(bytes);
                read++;
                // As when a client comes: a list that somebody else signed, or nobody, says nothing good.
                Assert.True(new RevocationCheck([list]).IsAsked);
                _ = list.Revokes([1, 1]);
            }
            catch (FormatException refusal)
            {
                Assert.NotEmpty(refusal.Message);
            }
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Allowance);
        }
        // Damage in a serial number or in the signature leaves a list; whose signature is wrong then.
        Assert.InRange(read, 1, 49_999);
    }

    private static byte[] Name(UniversalTagNumber type, params byte[] value)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        using (writer.PushSetOf())
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier("2.5.4.3");
            writer.WriteEncodedValue([(byte)type, (byte)value.Length, .. value]);
        }
        return writer.Encode();
    }

    private static byte[] Damaged(Random random, byte[] whole)
    {
        var bytes = new List<byte>(whole);
        for (var count = random.Next(4); count > 0 && bytes.Count > 1; count--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(5))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    bytes.RemoveAt(at);
                    break;
                case 3:
                    bytes.Insert(at, (byte)random.Next(256));
                    break;
                default:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
            }
        }
        return [.. bytes];
    }
}
