using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging.Abstractions;
using YarpIngress.Pipeline.ClientAddress;
using YarpIngress.Proxy.Listeners;
using YarpIngress.Proxy.Listeners.ProxyProtocol;

namespace YarpIngress.Tests.Controller;

public sealed class HealthTests
{
    [Fact]
    public async Task Each_part_is_listed_as_Kubernetes_components_do()
    {
        await using var bed = await TestBed.StartAsync();
        var controller = await bed.StartReadyControllerAsync();
        // Who begins to lead is a change too, and may come just now.
        var (status, text) = await Wait.ForAsync(
            () => bed.AdminAsync(controller, "/healthz?verbose"),
            answer => answer.Body.Contains("[+]changes: all applied\n", StringComparison.Ordinal), "no change on its way");
        Assert.Equal(200, status);
        Assert.Contains($"[+]listener 127.0.0.1:{controller.HttpPort}: accepts\n", text);
        Assert.Contains($"[+]listener 127.0.0.1:{controller.HttpsPort}: accepts\n", text);
        Assert.Contains("[+]loop controller: running\n", text);
        Assert.EndsWith("healthz check passed\n", text);
        Assert.Equal((200, "ok\n"), await bed.AdminAsync(controller, "/healthz"));

        (status, text) = await bed.AdminAsync(controller, "/readyz?verbose");
        Assert.Equal(200, status);
        Assert.Contains("[+]shutdown: not asked for\n[+]sync: the first state is live\n", text);
        Assert.Contains("[+]informer ingresses: connected since", text);
    }

    [Fact]
    public async Task A_listener_that_accepts_nothing_any_more_is_told()
    {
        var tls = new AcceptLoop(new IPEndPoint(IPAddress.Loopback, 1));
        await using var listener = new TlsListener(new BrokenSocket(), tls);
        await Assert.ThrowsAsync<IOException>(() => listener.AcceptAsync(TestContext.Current.CancellationToken).AsTask());
        Assert.Equal("out of files", tls.Ended);

        var clear = new AcceptLoop(new IPEndPoint(IPAddress.Loopback, 2));
        var both = new CleartextListener(
            new BrokenSocket(), clear, () => TimeSpan.FromSeconds(1),
            new ProxyConnections(new ClientTrusts(), NullLogger<ProxyConnections>.Instance), NullLogger.Instance);
        await Assert.ThrowsAsync<IOException>(() => both.Http1.AcceptAsync(TestContext.Current.CancellationToken).AsTask());
        Assert.Equal("out of files", clear.Ended);
    }

    private sealed class BrokenSocket : IConnectionListener
    {
        public EndPoint EndPoint => new IPEndPoint(IPAddress.Loopback, 0);

        public ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default) =>
            throw new IOException("out of files");

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default) => default;

        public ValueTask DisposeAsync() => default;
    }
}
