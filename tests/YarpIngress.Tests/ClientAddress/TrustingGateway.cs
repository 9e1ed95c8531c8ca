using System.Net.Security;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using YarpIngress.Pipeline.ClientAddress;
using YarpIngress.Tests.Proxy;
using YarpIngress.Translation.Settings;

namespace YarpIngress.Tests.ClientAddress;

/// <summary>A gateway with settings about proxies, in front of a pod that answers with what it got.</summary>
internal sealed class TrustingGateway : IAsyncDisposable
{
    private readonly RawOrigin _pod = RawOrigin.EchoingHeads();
    private readonly Gateway _gateway;

    private TrustingGateway(Gateway gateway) => _gateway = gateway;

    public Gateway Gateway => _gateway;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static async Task<TrustingGateway> StartAsync(ClientSettings settings)
    {
        var gateway = new TrustingGateway(await Gateway.StartAsync());
        gateway._gateway.Serve("a.io", [gateway._pod.EndPoint]);
        gateway.Set(settings);
        return gateway;
    }

    /// <summary>As when the ConfigMap changes.</summary>
    public void Set(ClientSettings settings) => _gateway.Services.GetRequiredService<ClientTrusts>().Set(settings);

    /// <summary>
    /// The head that the pod gets of a request with <paramref name="headers"/>, on a connection that begins with some bytes.
    /// </summary>
    public async Task<HeadAtPod> HeadAsync(string headers = "", byte[]? before = null, string host = "a.io")
    {
        using var client = await RawClient.ConnectAsync(_gateway.HttpPort);
        // At once: a connection that is refused may be closed before a second write.
        await client.Stream.WriteAsync((byte[])[.. before ?? [], .. Encoding.Latin1.GetBytes(Request(headers, host))], Ct);
        return new HeadAtPod(await client.ReadToEndAsync());
    }

    /// <summary>The same over TLS, whose handshake comes behind those bytes.</summary>
    public async Task<HeadAtPod> SecureHeadAsync(string headers = "", byte[]? before = null, string host = "a.io")
    {
        using var client = await RawClient.ConnectAsync(_gateway.HttpsPort);
        await client.Stream.WriteAsync(before ?? [], Ct);
        await using var tls = new SslStream(client.Stream, false, (_, _, _, _) => true);
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "a.io" }, Ct);
        await tls.WriteAsync(Encoding.Latin1.GetBytes(Request(headers, host)), Ct);
        using var answer = new StreamReader(tls, Encoding.Latin1);
        return new HeadAtPod(await answer.ReadToEndAsync(Ct));
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _pod.DisposeAsync();
    }

    private static string Request(string headers, string host) => $"GET /p HTTP/1.1\r\nHost: {host}\r\n{headers}Connection: close\r\n\r\n";
}

/// <summary>What a client got, whose body is the head that the pod got.</summary>
internal sealed record HeadAtPod(string Answer)
{
    private string Head => Answer[(Answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];

    /// <summary>The value of a header at the pod; null when it was not sent, and an error when it was sent twice.</summary>
    public string? this[string name] => Head.Split("\r\n")
        .SingleOrDefault(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))?[(name.Length + 1)..].Trim();
}
