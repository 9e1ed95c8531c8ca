using YarpIngress.Controller.Updates;
using YarpIngress.Kubernetes;
using YarpIngress.Translation.Model;

namespace YarpIngress.Tests.Controller;

public sealed class CertificateClockTests
{
    private static readonly DateTime Now = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    [Fact]
    public void A_certificate_that_is_rotated_without_end_leaves_few_moments()
    {
        var clock = new CertificateClock();
        for (var rotation = 0; rotation < 10_000; rotation++)
            clock.Watch(Certificate("often", Now.AddDays(90).AddSeconds(rotation)), Now);
        clock.Watch(Certificate("once", Now.AddDays(1)), Now);
        Assert.InRange(clock.Count, 2, 1100);
        Assert.Equal(Now.AddDays(1), clock.Next);
        Assert.Contains(new ObjectKey("default", "often"), clock.Due(Now.AddDays(90).AddSeconds(9999)));

        for (var other = 0; other < 5000; other++)
        {
            clock.Watch(Certificate($"gone-{other}", Now.AddDays(2)), Now);
            clock.Forget(new ObjectKey("default", $"gone-{other}"), Now);
        }
        Assert.InRange(clock.Count, 0, 1100);
    }

    private static Certificate Certificate(string secret, DateTime notAfter) => new()
    {
        Secret = new ObjectKey("default", secret),
        Fingerprint = notAfter.ToString("O"),
        Chain = [],
        PrivateKey = default,
        KeyAlgorithm = "RSA",
        DnsNames = [],
        NotBefore = Now.AddDays(-1),
        NotAfter = notAfter,
    };
}
