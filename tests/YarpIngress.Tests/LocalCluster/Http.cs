using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace YarpIngress.Tests.LocalCluster;

/// <summary>Asks echo pods.</summary>
internal static class Http
{
    private static readonly HttpClient Client = new(new SocketsHttpHandler
    {
        UseProxy = false,
        // Each request is a connection of its own: what is under test balances connections.
        PooledConnectionLifetime = TimeSpan.Zero,
        SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true },
    });

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<JsonObject> GetAsync(string url) => JsonNode.Parse(await Client.GetStringAsync(url, Cancel))!.AsObject();

    /// <summary>Whether nobody listens there.</summary>
    public static async Task<bool> IsRefusedAsync(string url) => await TryAsync(url) is SocketError.ConnectionRefused;

    /// <summary>Whether somebody answers there.</summary>
    public static async Task<bool> IsAnsweredAsync(string url) => await TryAsync(url) is null;

    private static async Task<SocketError?> TryAsync(string url)
    {
        try
        {
            using var response = await Client.GetAsync(url, Cancel);
            return null;
        }
        catch (HttpRequestException e)
        {
            return (e.InnerException as SocketException)?.SocketErrorCode ?? SocketError.SocketError;
        }
    }
}
