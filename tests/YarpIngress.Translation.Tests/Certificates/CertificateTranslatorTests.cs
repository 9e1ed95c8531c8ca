using System.Security.Cryptography;
using System.Text;
using YarpIngress.Kubernetes.Models;
using YarpIngress.Translation.Certificates;

namespace YarpIngress.Translation.Tests.Certificates;

public sealed class CertificateTranslatorTests
{
    [Fact]
    public void A_good_secret_becomes_a_certificate_whose_key_fits()
    {
        var result = CertificateTranslator.Translate(TestCertificates.Secret("cert", "A.example.com", "*.example.com"));
        Assert.Empty(result.Notices);
        var certificate = result.Certificate;
        Assert.NotNull(certificate);
        Assert.Equal(["a.example.com", "*.example.com"], certificate.DnsNames);
        Assert.Equal(TestCertificates.NotBefore.UtcDateTime, certificate.NotBefore);
        Assert.Equal(DateTimeKind.Utc, certificate.NotAfter.Kind);
        using var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(certificate.PrivateKey.Span, out _);
        using var leaf = System.Security.Cryptography.X509Certificates.X509CertificateLoader.LoadCertificate(certificate.Chain[0].Span);
        using var pair = System.Security.Cryptography.X509Certificates.ECDsaCertificateExtensions.CopyWithPrivateKey(leaf, key);
        Assert.True(pair.HasPrivateKey);
    }

    [Fact]
    public void The_fingerprint_tells_a_rotation_from_a_rewrite()
    {
        var (pem, key) = TestCertificates.Pem("a.example.com");
        var first = CertificateTranslator.Translate(TestCertificates.FromPem("cert", pem, key)).Certificate;
        Assert.Equal(first, CertificateTranslator.Translate(TestCertificates.FromPem("cert", pem, key)).Certificate);
        Assert.NotEqual(first, CertificateTranslator.Translate(TestCertificates.Secret("cert", "a.example.com")).Certificate);
    }

    public static TheoryData<string, string?, string?> Broken()
    {
        var (pem, key) = TestCertificates.Pem("a.example.com");
        var (otherPem, otherKey) = TestCertificates.Pem("b.example.com");
        var half = pem[..(pem.Length / 2)];
        return new()
        {
            { "nothing", null, null },
            { "no key", pem, null },
            { "no certificate", null, key },
            { "empty", "", "" },
            { "key of another", pem, otherKey },
            { "half a certificate", half, key },
            { "half a certificate before another", half + otherPem, key },
            { "a certificate for a key", pem, pem },
            { "a label only", "-----BEGIN CERTIFICATE-----", "-----BEGIN PRIVATE KEY-----" },
            { "no data between the labels", "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----", key },
            { "other ends", pem.Replace("END CERTIFICATE", "END SOMETHING", StringComparison.Ordinal), key },
            { "secret text", "hunter2-in-the-wrong-place", "hunter2-in-the-wrong-place" },
        };
    }

    [Theory]
    [MemberData(nameof(Broken))]
    public void A_broken_secret_is_one_notice_that_quotes_none_of_it(string what, string? certificate, string? key)
    {
        var secret = new V1Secret { Metadata = Objects.Meta("cert"), Data = [] };
        if (certificate is not null)
            secret.Data["tls.crt"] = Encoding.UTF8.GetBytes(certificate);
        if (key is not null)
            secret.Data["tls.key"] = Encoding.UTF8.GetBytes(key);
        var result = CertificateTranslator.Translate(secret);
        Assert.True(result.Certificate is null, what);
        var notice = Assert.Single(result.Notices);
        Assert.Contains("Secret demo/cert", notice.Message, StringComparison.Ordinal);
        foreach (
            var word in $"{certificate} {key}".Split([' ', '\n', '-'], StringSplitOptions.RemoveEmptyEntries).Where(w => w.Length > 12))
            Assert.DoesNotContain(word, notice.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_secret_without_data_is_a_notice() => Assert.Single(CertificateTranslator.Translate(new V1Secret()).Notices);

    [Theory]
    [InlineData("-----BEGIN CERTIFICATE-----\n")]
    [InlineData("-----BEGIN A-----")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")]
    [InlineData("-----")]
    [InlineData("\0")]
    public void A_megabyte_of_garbage_is_read_in_one_pass(string piece)
    {
        var garbage = string.Concat(Enumerable.Repeat(piece, (1 << 20) / piece.Length));
        Assert.Single(CertificateTranslator.Translate(TestCertificates.FromPem("cert", garbage, garbage)).Notices);
    }

    [Fact]
    public void Random_damage_never_throws()
    {
        var (pem, key) = TestCertificates.Pem("a.example.com");
        var random = new Random(1);
        for (var round = 0; round < 300; round++)
        {
            var secret = TestCertificates.FromPem("cert", pem, key);
            foreach (var bytes in secret.Data!.Values)
            {
                for (var i = random.Next(4); i > 0; i--)
                    bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            var result = CertificateTranslator.Translate(secret);
            Assert.True(result.Certificate is null == result.Notices.Count > 0);
        }
    }
}
