using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace YarpIngress.Tests.Proxy;

/// <summary>HTTP clients that go to a gateway whatever the host of the URL is.</summary>
internal static class Clients
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>A client of one protocol version that connects to <paramref name="port"/> on loopback.</summary>
    public static HttpClient To(int port, Version version) => new(Handler(port))
    {
        DefaultRequestVersion = version,
        DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        Timeout = TimeSpan.FromSeconds(60),
    };

    public static SocketsHttpHandler Handler(int port) => new()
    {
        UseProxy = false,
        AllowAutoRedirect = false,
        ActivityHeadersPropagator = null,
        Expect100ContinueTimeout = TimeSpan.FromSeconds(30),
        SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, _, _, _) => true },
        ConnectCallback = async (_, ct) =>
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(IPAddress.Loopback, port, ct);
            return new NetworkStream(socket, ownsSocket: true);
        },
    };

    /// <summary>The body of a successful answer to a GET over HTTP/1.1.</summary>
    public static async Task<string> GetAsync(Gateway gateway, string host, string path = "/")
    {
        using var client = To(gateway.HttpPort, HttpVersion.Version11);
        return await client.GetStringAsync($"http://{host}{path}", Ct);
    }

    /// <summary>The status of a GET over HTTP/1.1.</summary>
    public static async Task<HttpStatusCode> StatusAsync(Gateway gateway, string host, string path = "/")
    {
        using var client = To(gateway.HttpPort, HttpVersion.Version11);
        using var response = await client.GetAsync($"http://{host}{path}", HttpCompletionOption.ResponseHeadersRead, Ct);
        return response.StatusCode;
    }
}
