using System.Net;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using YarpIngress.Kubernetes;
using YarpIngress.Proxy;
using YarpIngress.Proxy.Certificates;
using YarpIngress.Translation.Model;

namespace YarpIngress.Tests.Proxy;

/// <summary>What is removed is gone: nothing of it stays in memory.</summary>
public sealed class RemovalTests
{
    private const int Many = 20_000;

    [Fact]
    public async Task RemovingEverythingLeavesNothing()
    {
        await using var gateway = await Gateway.StartAsync();
        var plane = gateway.DataPlane;
        var backends = gateway.Services.GetRequiredService<BackendTable>();
        var certificates = gateway.Services.GetRequiredService<CertificateTable>();

        var probes = Fill(gateway);
        Assert.Equal(Many, plane.Routes.Count);
        Assert.Equal(Many, backends.Count);
        Assert.Equal((Many, Many), certificates.Count);

        // Half of the backends before their routes, half after them; the order of a real change differs, too.
        for (var i = 0; i < Many; i += 2)
            plane.RemoveBackend(Key(i));
        for (var i = 0; i < Many; i++)
        {
            plane.RemoveHost(Host(i));
            plane.RemoveCertificate(Secret(i));
        }
        for (var i = 1; i < Many; i += 2)
            plane.RemoveBackend(Key(i));

        Assert.Equal(0, plane.Routes.Count);
        Assert.Equal(0, backends.Count);
        Assert.Equal((0, 0), certificates.Count);
        // Another thread may just be looking at one.
        await Wait.UntilAsync(
            () =>
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
                GC.Collect();
                return !probes.Exists(probe => probe.IsAlive);
            },
            "nothing is alive");
    }

    [Fact]
    public async Task ABackendThatIsDroppedAndAddedAgainServesTheRoutesThatStayed()
    {
        await using var pod = await Origin.StartAsync("pod");
        await using var gateway = await Gateway.StartAsync();
        var backends = gateway.Services.GetRequiredService<BackendTable>();
        gateway.Serve("a.io", [pod.EndPoint]);
        var key = new BackendKey("default", "a.io", "80");
        for (var round = 0; round < 3; round++)
        {
            gateway.DataPlane.RemoveBackend(key);
            gateway.DataPlane.RemoveBackend(key);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, await Clients.StatusAsync(gateway, "a.io"));
            gateway.SetHost("a.io", (PathMatch.Prefix, "/", key), (PathMatch.Exact, $"/{round}", key));
            gateway.SetBackend(key, [pod.EndPoint]);
            Assert.Equal("pod", await Clients.GetAsync(gateway, "a.io"));
            Assert.Equal(1, backends.Count);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static List<WeakReference> Fill(Gateway gateway)
    {
        var probes = new List<WeakReference>();
        // Never loaded, since no handshake asks for it.
        var certificate = new Certificate
        {
            Secret = Secret(0),
            Fingerprint = "fingerprint",
            Chain = [],
            PrivateKey = default,
            KeyAlgorithm = "RSA",
            DnsNames = [],
            NotBefore = DateTime.UnixEpoch,
            NotAfter = DateTime.UnixEpoch,
        };
        for (var i = 0; i < Many; i++)
        {
            gateway.SetBackend(Key(i), [new IPEndPoint(IPAddress.Loopback, 1 + (i % 60_000))]);
            gateway.SetHost(Host(i), Secret(i), (PathMatch.Prefix, "/", Key(i)), (PathMatch.Exact, "/x", Key(i)));
            gateway.DataPlane.SetCertificate(certificate with { Secret = Secret(i), DnsNames = [Host(i)] });
            if (i % 1000 != 0)
                continue;
            var route = gateway.DataPlane.Routes.Match(Host(i), "/").Route;
            Assert.NotNull(route?.Backend.Cluster);
            probes.Add(new WeakReference(route));
            probes.Add(new WeakReference(route.Backend));
            probes.Add(new WeakReference(route.Backend.Cluster));
            probes.Add(new WeakReference(gateway.Services.GetRequiredService<CertificateTable>().Find(Host(i))));
        }
        return probes;
    }

    private static string Host(int i) => $"host-{i}.example";

    private static BackendKey Key(int i) => new("default", $"service-{i}", "80");

    private static ObjectKey Secret(int i) => new("default", $"tls-{i}");
}
