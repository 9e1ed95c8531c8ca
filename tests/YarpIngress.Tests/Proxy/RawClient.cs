using System.Net;
using System.Net.Sockets;
using System.Text;

namespace YarpIngress.Tests.Proxy;

/// <summary>A client that speaks bytes.</summary>
internal sealed class RawClient : IDisposable
{
    private readonly TcpClient _client = new();

    private NetworkStream? _stream;

    // Kept: of a connection that the other side has broken there is none to get any more.
    public NetworkStream Stream => _stream ??= _client.GetStream();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static async Task<RawClient> ConnectAsync(int port)
    {
        var client = new RawClient();
        client._client.NoDelay = true;
        await client._client.ConnectAsync(IPAddress.Loopback, port, Ct);
        client._stream = client._client.GetStream();
        return client;
    }

    /// <summary>Sends a request that ends the connection, and gives back all that comes.</summary>
    public static async Task<string> ExchangeAsync(int port, string request)
    {
        using var client = await ConnectAsync(port);
        await client.SendAsync(request);
        return await client.ReadToEndAsync();
    }

    public async Task SendAsync(string text) => await Stream.WriteAsync(Encoding.Latin1.GetBytes(text), Ct);

    public Task<string> ReadHeadAsync() => RawOrigin.ReadHeadAsync(Stream, Ct);

    /// <summary>Reads exactly <paramref name="length"/> characters.</summary>
    public async Task<string> ReadAsync(int length)
    {
        var bytes = new byte[length];
        await Stream.ReadExactlyAsync(bytes, Ct);
        return Encoding.Latin1.GetString(bytes);
    }

    public async Task<string> ReadToEndAsync()
    {
        using var all = new MemoryStream();
        try
        {
            await Stream.CopyToAsync(all, Ct);
        }
        catch (IOException)
        {
            // Reset rather than closed: what came until then is what there is.
        }
        return Encoding.Latin1.GetString(all.ToArray());
    }

    public void Dispose() => _client.Dispose();
}
