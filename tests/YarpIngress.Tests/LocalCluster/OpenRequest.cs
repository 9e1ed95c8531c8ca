using System.Net;
using System.Net.Sockets;
using System.Text;

namespace YarpIngress.Tests.LocalCluster;

/// <summary>A request to an echo pod that has begun to be answered and is still being sent.</summary>
internal sealed class OpenRequest : IDisposable
{
    private readonly TcpClient _client;
    private readonly NetworkStream _stream;

    private OpenRequest(TcpClient client)
    {
        _client = client;
        _stream = client.GetStream();
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<OpenRequest> BeginAsync(IPAddress address, int port)
    {
        var client = new TcpClient();
        await client.ConnectAsync(address, port, Cancel);
        var request = new OpenRequest(client);
        await request.SendAsync("POST /?hx_stream=1 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n");
        await request.ReadUntilAsync("one");
        return request;
    }

    /// <summary>Sends the rest; returns once the answer is complete.</summary>
    public async Task FinishAsync()
    {
        await SendAsync("3\r\ntwo\r\n0\r\n\r\n");
        await ReadUntilAsync("two\r\n0\r\n\r\n");
    }

    public void Dispose() => _client.Dispose();

    private async Task SendAsync(string text) => await _stream.WriteAsync(Encoding.ASCII.GetBytes(text), Cancel);

    private async Task ReadUntilAsync(string text)
    {
        var received = "";
        var buffer = new byte[4096];
        while (!received.Contains(text))
        {
            var read = await _stream.ReadAsync(buffer, Cancel);
            Assert.True(read > 0, $"the connection closed after '{received}'");
            received += Encoding.ASCII.GetString(buffer, 0, read);
        }
    }
}
