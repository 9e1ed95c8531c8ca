using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using YarpIngress.Kubernetes;
using YarpIngress.Kubernetes.Models;
using YarpIngress.Pipeline.Headers;
using YarpIngress.Proxy.Certificates;
using YarpIngress.Translation.Model;
using YarpIngress.Translation.Settings;

namespace YarpIngress.Tests.Proxy;

/// <summary>The keys of the ConfigMap about TLS with clients: each takes effect on the next connection.</summary>
public sealed class TlsKeysTests
{
    private const string Aes128 = "ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES128-GCM-SHA256";
    private const string Aes256 = "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES256-GCM-SHA384";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ssl_protocols_decides_the_versions()
    {
        await using var gateway = await Gateway.StartAsync();
        Apply(gateway, ("ssl-protocols", "TLSv1.3"));
        Assert.True(await IsRefusedAsync(gateway, SslProtocols.Tls12));
        Assert.False(await IsRefusedAsync(gateway, SslProtocols.Tls13));

        Apply(gateway, ("ssl-protocols", "TLSv1.2"));
        Assert.False(await IsRefusedAsync(gateway, SslProtocols.Tls12));
        Assert.True(await IsRefusedAsync(gateway, SslProtocols.Tls13));

        Apply(gateway);
        Assert.False(await IsRefusedAsync(gateway, SslProtocols.Tls12));
        Assert.False(await IsRefusedAsync(gateway, SslProtocols.Tls13));
    }

    [Fact]
    public async Task Ssl_ciphers_decides_the_ciphers_and_those_of_a_host_come_first()
    {
        await using var pod = await Origin.StartAsync("pod");
        await using var gateway = await Gateway.StartAsync();
        gateway.Serve("a.io", [pod.EndPoint]);
        Assert.Empty(gateway.DataPlane.SetHost(new HostTranslation
        {
            Host = "own.io",
            VirtualHost = new VirtualHost
            {
                Host = "own.io",
                Ciphers = Aes256,
                Routes = [Gateway.Route(PathMatch.Prefix, "/", new BackendKey("default", "a.io", "80"))],
            },
        }));

        Apply(gateway, ("ssl-ciphers", Aes128));
        Assert.Contains("AES_128", await CipherAsync(gateway, "a.io"));
        Assert.Contains("AES_256", await CipherAsync(gateway, "own.io"));
        Apply(gateway, ("ssl-ciphers", Aes256));
        Assert.Contains("AES_256", await CipherAsync(gateway, "a.io"));
    }

    [Fact]
    public async Task Use_http2_decides_whether_it_is_offered()
    {
        await using var pod = await Origin.StartAsync("pod");
        await using var gateway = await Gateway.StartAsync();
        gateway.Serve("a.io", [pod.EndPoint]);
        async Task<string> SpokenAsync()
        {
            using var client = new HttpClient(Clients.Handler(gateway.HttpsPort)) { DefaultRequestVersion = HttpVersion.Version20 };
            using var answer = await client.GetAsync("https://a.io/", Ct);
            return $"{answer.Version} {await answer.Content.ReadAsStringAsync(Ct)}";
        }
        Assert.Equal("2.0 pod", await SpokenAsync());
        Apply(gateway, ("use-http2", "false"));
        Assert.Equal("1.1 pod", await SpokenAsync());
        Apply(gateway);
        Assert.Equal("2.0 pod", await SpokenAsync());
    }

    [Theory]
    [InlineData("ssl-session-cache", "false", false)]
    [InlineData("ssl-session-cache", "true", true)]
    [InlineData("ssl-ciphers", Aes128, false)]
    public async Task Sessions_are_resumed_only_where_that_is_on(string key, string value, bool resumes)
    {
        await using var gateway = await Gateway.StartAsync();
        Apply(gateway, (key, value));
        // The session of a visit comes with its handshake in TLS 1.2; a resumed handshake carries no certificate.
        var host = $"{key}.{value.Length}.io";
        var full = await HandshakeBytesAsync(gateway, host);
        async Task<bool> IsResumedAsync() => await HandshakeBytesAsync(gateway, host) < full - 400;
        if (resumes)
        {
            // The runtime forgets sessions when it has many contexts of TLS, as with all the tests that run beside this one.
            await Wait.UntilAsync(IsResumedAsync, "a session that is taken up");
            return;
        }
        for (var visit = 0; visit < 3; visit++)
            Assert.False(await IsResumedAsync());
    }

    [Fact]
    public async Task Ssl_reject_handshake_serves_hosts_that_are_named_alone()
    {
        await using var pod = await Origin.StartAsync("pod");
        await using var gateway = await Gateway.StartAsync();
        gateway.Serve("a.io", [pod.EndPoint]);
        Apply(gateway, ("ssl-reject-handshake", "true"));
        Assert.False(await IsRefusedAsync(gateway, SslProtocols.None, "a.io"));
        Assert.True(await IsRefusedAsync(gateway, SslProtocols.None, "b.io"));
        Assert.True(await IsRefusedAsync(gateway, SslProtocols.None, ""));
        Apply(gateway);
        Assert.False(await IsRefusedAsync(gateway, SslProtocols.None, "b.io"));
    }

    [Fact]
    public async Task Hsts_is_on_answers_over_https_alone()
    {
        await using var pod = await Origin.StartAsync(context =>
        {
            context.Response.Headers.StrictTransportSecurity = "max-age=1";
            return context.Response.WriteAsync("pod", Ct);
        });
        await using var gateway = await Gateway.StartAsync();
        gateway.Serve("a.io", [pod.EndPoint]);

        Assert.Equal("max-age=31536000; includeSubDomains", await HstsAsync(gateway, "/"));
        Assert.Equal("max-age=31536000; includeSubDomains", await HstsAsync(gateway, "/", "unknown.io"));
        Assert.DoesNotContain(
            "31536000", await RawClient.ExchangeAsync(gateway.HttpPort, "GET / HTTP/1.1\r\nHost: a.io\r\nConnection: close\r\n\r\n"));

        Apply(gateway, ("hsts-max-age", "60"), ("hsts-include-subdomains", "false"), ("hsts-preload", "true"));
        Assert.Equal("max-age=60; preload", await HstsAsync(gateway, "/"));
        Apply(gateway, ("hsts", "false"));
        Assert.Equal("max-age=1", await HstsAsync(gateway, "/"));
    }

    /// <summary>As the controller does when the ConfigMap changes.</summary>
    private static void Apply(Gateway gateway, params (string Name, string Value)[] keys)
    {
        var (settings, problems) = GlobalSettingsReader.Read(
            new ObjectKey("default", "global"), new V1ConfigMap { Data = keys.ToDictionary(key => key.Name, key => (string?)key.Value)! });
        Assert.Empty(problems);
        gateway.Services.GetRequiredService<CertificateTable>().Settings = settings.Tls;
        gateway.Services.GetRequiredService<HeaderDefaults>().Set(settings.Headers);
    }

    private static async Task<string> HstsAsync(Gateway gateway, string path, string host = "a.io")
    {
        using var client = Clients.To(gateway.HttpsPort, HttpVersion.Version11);
        using var response = await client.GetAsync($"https://{host}{path}", Ct);
        return string.Join("|", response.Headers.NonValidated.TryGetValues("Strict-Transport-Security", out var values) ? values : []);
    }

    private static async Task<bool> IsRefusedAsync(Gateway gateway, SslProtocols protocols, string host = "a.io")
    {
        using var socket = await ConnectAsync(gateway);
        await using var tls = new SslStream(new NetworkStream(socket));
        try
        {
            await tls.AuthenticateAsClientAsync(Options(host, protocols), Ct);
            // In TLS 1.3 a server may find fault after the client has finished.
            await tls.WriteAsync("GET / HTTP/1.1\r\nHost: a.io\r\nConnection: close\r\n\r\n"u8.ToArray(), Ct);
            return await tls.ReadAsync(new byte[1], Ct) == 0;
        }
        catch (Exception error) when (error is AuthenticationException or IOException)
        {
            return true;
        }
    }

    private static async Task<string> CipherAsync(Gateway gateway, string host)
    {
        using var socket = await ConnectAsync(gateway);
        await using var tls = new SslStream(new NetworkStream(socket));
        await tls.AuthenticateAsClientAsync(Options(host, SslProtocols.Tls12), Ct);
        return tls.NegotiatedCipherSuite.ToString();
    }

    private static async Task<long> HandshakeBytesAsync(Gateway gateway, string host)
    {
        using var socket = await ConnectAsync(gateway);
        await using var counted = new CountedStream(new NetworkStream(socket));
        await using var tls = new SslStream(counted);
        await tls.AuthenticateAsClientAsync(Options(host, SslProtocols.Tls12), Ct);
        await tls.ShutdownAsync();
        return counted.BytesRead;
    }

    private static async Task<Socket> ConnectAsync(Gateway gateway)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, gateway.HttpsPort, Ct);
        return socket;
    }

    private static SslClientAuthenticationOptions Options(string host, SslProtocols protocols) => new()
    {
        // An address is never sent as a name.
        TargetHost = host.Length == 0 ? "127.0.0.1" : host,
        EnabledSslProtocols = protocols,
        RemoteCertificateValidationCallback = (_, _, _, _) => true,
    };
}
