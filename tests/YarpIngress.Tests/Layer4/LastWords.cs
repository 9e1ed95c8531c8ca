using System.Net.Sockets;
using YarpIngress.Layer4;

namespace YarpIngress.Tests.Layer4;

/// <summary>A server that says more than its client takes at once, and closes without having read everything: by a reset.</summary>
internal static class LastWords
{
    public const int Length = 1_000_000;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>What the server does.</summary>
    public static async Task SayAsync(NetworkStream stream)
    {
        await stream.WriteAsync(new byte[Length], Ct);
        await Wait.UntilAsync(() => stream.DataAvailable, "something is left unread");
        // What is still on its way is lost by the reset.
        await Wait.UntilAsync(() => ConnectionState.Unsent(stream.Socket) == 0, "all is with the gateway");
        stream.Socket.Close();
    }

    /// <summary>How much a client gets before the connection is broken off.</summary>
    public static async Task<int> HearAsync(Socket client)
    {
        var buffer = new byte[8192];
        var all = 0;
        while (true)
        {
            try
            {
                var bytes = await client.ReceiveAsync(buffer, Ct);
                Assert.NotEqual(0, bytes);
                all += bytes;
            }
            catch (SocketException error) when (error.SocketErrorCode == SocketError.ConnectionReset)
            {
                return all;
            }
        }
    }
}
