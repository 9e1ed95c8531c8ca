using Microsoft.AspNetCore.Server.Kestrel.Core;
using YarpIngress.Kubernetes.Models;
using YarpIngress.Kubernetes.Tests.Peer;

namespace YarpIngress.Kubernetes.Tests;

/// <summary>Trust and client certificates over real TLS connections.</summary>
public sealed class TlsTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(HttpProtocols.Http1AndHttp2, "HTTP/2")]
    [InlineData(HttpProtocols.Http1, "HTTP/1.1")]
    public async Task Trusts_its_own_authority_and_speaks_http2_where_the_server_does(HttpProtocols protocols, string expected)
    {
        var authority = new TestAuthority();
        await using var peer = await ApiPeer.StartAsync(authority.Server("127.0.0.1"), protocols);
        var exchange = await AnswerOneAsync(peer, peer.Config with { CertificateAuthorities = authority.Collection });
        Assert.Equal(expected, exchange.Protocol);
    }

    [Fact]
    public async Task A_watch_streams_over_http2()
    {
        var authority = new TestAuthority();
        await using var peer = await ApiPeer.StartAsync(authority.Server("127.0.0.1"));
        await using var consumer = new Consumer(peer.Config with { CertificateAuthorities = authority.Collection });
        await (await peer.NextListAsync()).ListAsync("10");
        var watch = await peer.NextWatchAsync("10");
        await watch.EventAsync("ADDED", Objects.ConfigMap("a", 11));
        await consumer.ExpectAsync("Synced", "Added a@11");
        watch.Abort();
        await consumer.Time.PassPauseAsync();
        await (await peer.NextWatchAsync("11")).EventAsync("ADDED", Objects.ConfigMap("b", 12));
        await consumer.ExpectAsync("Added b@12");
    }

    [Fact]
    public async Task Another_authority_is_not_trusted_and_the_error_says_so()
    {
        await using var peer = await ApiPeer.StartAsync(new TestAuthority("theirs").Server("127.0.0.1"));
        var error = await FailAsync(
            peer.Config with { CertificateAuthorities = new TestAuthority("ours").Collection, Source = "kubeconfig /k" });
        Assert.Equal(ApiException.Unreachable, error.Reason);
        Assert.Contains("issued by CN=theirs", error.Message, StringComparison.Ordinal);
        Assert.Contains("does not come from the certificate authority of kubeconfig /k", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_an_authority_the_system_decides()
    {
        await using var peer = await ApiPeer.StartAsync(new TestAuthority().Server("127.0.0.1"));
        var error = await FailAsync(peer.Config);
        Assert.Contains("the system's certificate authorities", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_name_is_checked()
    {
        var authority = new TestAuthority();
        await using var peer = await ApiPeer.StartAsync(authority.Server("kubernetes.example", "10.0.0.1"));
        var error = await FailAsync(peer.Config with { CertificateAuthorities = authority.Collection });
        Assert.Contains("not for 127.0.0.1 but for kubernetes.example, 10.0.0.1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tls_server_name_is_asked_for_and_checked_instead()
    {
        var authority = new TestAuthority();
        await using var peer = await ApiPeer.StartAsync(authority.Server("kubernetes.example"));
        var config = peer.Config with { CertificateAuthorities = authority.Collection, TlsServerName = "kubernetes.example" };
        await AnswerOneAsync(peer, config);
        lock (peer.ServerNames)
            Assert.Equal(["kubernetes.example"], peer.ServerNames);

        var error = await FailAsync(config with { TlsServerName = "other.example" });
        Assert.Contains("not for other.example", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Skip_verify_takes_any_certificate()
    {
        await using var peer = await ApiPeer.StartAsync(new TestAuthority().Server("somebody.else"));
        await AnswerOneAsync(peer, peer.Config with { SkipTlsVerify = true });
    }

    [Theory]
    [InlineData("rsa-pkcs1")]
    [InlineData("rsa-pkcs8")]
    [InlineData("ec-sec1")]
    [InlineData("ec-pkcs8")]
    public async Task Client_certificates_of_all_kinds(string kind)
    {
        var authority = new TestAuthority();
        var (certificate, key) = authority.Client("alice", kind);
        await using var peer = await ApiPeer.StartAsync(authority.Server("127.0.0.1"));
        var exchange = await AnswerOneAsync(peer, peer.Config with
        {
            CertificateAuthorities = authority.Collection,
            ClientCertificate = ClientCertificate.FromPem(certificate, key, "test"),
        });
        Assert.Equal("CN=alice", exchange.ClientName);
    }

    [Fact]
    public void A_key_that_belongs_to_another_certificate_is_refused()
    {
        var authority = new TestAuthority();
        var error = Assert.Throws<ClusterConfigException>(
            () => ClientCertificate.FromPem(
                authority.Client("a", "ec-pkcs8").Certificate, authority.Client("b", "ec-pkcs8").Key, "user \"x\""));
        Assert.StartsWith("user \"x\": the client certificate and its key can't be used", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("PRIVATE", error.Message, StringComparison.Ordinal);
    }

    private static async Task<Exchange> AnswerOneAsync(ApiPeer peer, ClusterConfig config)
    {
        using var client = new ApiClient(config);
        var get = client.GetAsync<V1ConfigMap>("default", "a", Cancelled);
        var exchange = await peer.NextAsync();
        await exchange.AnswerAsync(200, Objects.ConfigMap("a", 1));
        Assert.Equal("a", (await get).Metadata.Name);
        return exchange;
    }

    private static async Task<ApiException> FailAsync(ClusterConfig config)
    {
        using var client = new ApiClient(config);
        return await Assert.ThrowsAsync<ApiException>(() => client.GetAsync<V1ConfigMap>("default", "a", Cancelled));
    }
}
