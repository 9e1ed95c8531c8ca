using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using YarpIngress.Controller.Admission;
using YarpIngress.Kubernetes;
using YarpIngress.Kubernetes.Models;
using YarpIngress.Tests.Controller;

namespace YarpIngress.Tests.Admission;

/// <summary>Where the webhook's certificate comes from, and how it changes while the webhook runs.</summary>
public sealed class CertificateTests
{
    private static readonly ObjectKey Secret = new("default", "webhook-certificate");
    private static readonly string[] Name = ["webhook.default.svc"];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Files_are_read_again_when_they_change()
    {
        var directory = Directory.CreateTempSubdirectory("webhook-");
        try
        {
            var (certificate, key) = (Path.Combine(directory.FullName, "tls.crt"), Path.Combine(directory.FullName, "tls.key"));
            var first = SelfMadePair.Make(Name, DateTimeOffset.UtcNow, null);
            await File.WriteAllTextAsync(certificate, first.Certificate, Ct);
            await File.WriteAllTextAsync(key, first.Key, Ct);
            await using var bed = await TestBed.StartAsync();
            var controller = await bed.StartReadyControllerAsync(options => options with
            {
                ValidatingWebhook = "127.0.0.1:0",
                ValidatingWebhookCertificate = certificate,
                ValidatingWebhookKey = key,
            });
            Assert.Equal(Thumbprint(first), await PresentedAsync(controller.AdmissionPort));

            var second = SelfMadePair.Make(Name, DateTimeOffset.UtcNow, first);
            await File.WriteAllTextAsync(certificate, second.Certificate, Ct);
            // A certificate without its key yet: the former pair goes on.
            Assert.Equal(Thumbprint(first), await PresentedAsync(controller.AdmissionPort));
            await File.WriteAllTextAsync(key, second.Key, Ct);
            await Wait.UntilAsync(async () => await PresentedAsync(controller.AdmissionPort) == Thumbprint(second), "renewed certificate");
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("no certificate")]
    [InlineData("")]
    public async Task Unusable_files_stop_the_start(string text)
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, text, Ct);
            await using var bed = await TestBed.StartAsync();
            var error = await Assert.ThrowsAsync<IOException>(() => bed.StartControllerAsync(options => options with
            {
                ValidatingWebhook = "127.0.0.1:0",
                ValidatingWebhookCertificate = file,
                ValidatingWebhookKey = file,
            }));
            Assert.Contains($"the webhook's certificate {file}", error.Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task Replicas_share_the_certificate_that_one_of_them_made()
    {
        await using var bed = await TestBed.StartAsync();
        await AdmissionCluster.RegisterAsync(bed);
        var first = await bed.StartReadyControllerAsync(AdmissionCluster.SelfMade);
        var second = await bed.StartReadyControllerAsync(AdmissionCluster.SelfMade);
        await AdmissionCluster.ServeAsync(bed, first);
        var pair = SelfMadePair.Read(await bed.Api.GetAsync<V1Secret>(Secret.Namespace, Secret.Name, Ct));
        Assert.NotNull(pair);
        foreach (var controller in (YarpIngress.Controller.IngressController[])[first, second])
            await Wait.UntilAsync(async () => await PresentedAsync(controller.AdmissionPort) == Thumbprint(pair), "the shared certificate");
        Assert.Equal(pair.Authorities, Encoding.UTF8.GetString(Convert.FromBase64String((await AdmissionCluster.BundleAsync(bed))!)));
        // Only the certificates of the authority go there, and of its key there is nothing left.
        Assert.DoesNotContain("PRIVATE", pair.Authorities, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-300, true)]
    [InlineData(-400, false)]
    public async Task An_old_pair_is_replaced_and_trusted_for_as_long_as_it_is_valid(int madeDaysAgo, bool stays)
    {
        await using var bed = await TestBed.StartAsync();
        await AdmissionCluster.RegisterAsync(bed);
        var old = SelfMadePair.Make(Name, DateTimeOffset.UtcNow.AddDays(madeDaysAgo), null);
        await bed.ApplyAsync($$"""
            apiVersion: v1
            kind: Secret
            metadata: {name: webhook-certificate, namespace: default}
            data: { {{string.Join(", ", old.ToData().Select(pair => $"{pair.Key}: {Convert.ToBase64String(pair.Value)}"))}} }
            """);
        var controller = await bed.StartReadyControllerAsync(AdmissionCluster.SelfMade);
        await AdmissionCluster.ServeAsync(bed, controller);
        var pair = SelfMadePair.Read(await bed.Api.GetAsync<V1Secret>(Secret.Namespace, Secret.Name, Ct))!;
        Assert.NotEqual(old.Certificate, pair.Certificate);
        Assert.Equal(stays, pair.Authorities.Contains(old.Authorities, StringComparison.Ordinal));
    }

    [Fact]
    public void A_pair_serves_its_names_until_its_last_third()
    {
        var now = DateTimeOffset.UtcNow;
        var pair = SelfMadePair.Make(Name, now, null);
        Assert.True(pair.Serves(Name, now));
        Assert.True(pair.Serves(Name, now.AddDays(240)));
        Assert.False(pair.Serves(Name, now.AddDays(246)));
        Assert.False(pair.Serves(["other.default.svc"], now));
        Assert.Null(SelfMadePair.Read(new V1Secret { Data = new() { ["tls.crt"] = [1], ["tls.key"] = [2], ["ca.crt"] = [3] } }));
        Assert.Null(SelfMadePair.Read(new V1Secret()));
    }

    private static string Thumbprint(SelfMadePair pair)
    {
        using var certificate = X509Certificate2.CreateFromPem(pair.Certificate);
        return certificate.Thumbprint;
    }

    private static async Task<string?> PresentedAsync(int port)
    {
        string? thumbprint = null;
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", port, Ct);
        await using var tls = new SslStream(client.GetStream(), false, (_, certificate, _, _) =>
        {
            thumbprint = ((X509Certificate2)certificate!).Thumbprint;
            return true;
        });
        try
        {
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = Name[0] }, Ct);
        }
        catch (IOException)
        {
            // There is none yet.
        }
        return thumbprint;
    }
}
