using System.Net;
using System.Text.Json.Nodes;
using YarpIngress.Options;

namespace YarpIngress.Commands.Explain;

/// <summary>Asks the admin port of a running controller.</summary>
internal static class AdminQuery
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>The answer as JSON, or what the controller says instead.</summary>
    /// <param name="admin">Such as <c>http://127.0.0.1:10254</c>.</param>
    /// <param name="pathAndQuery">Beginning with a slash.</param>
    /// <param name="ct">Gives up.</param>
    public static async Task<(string Json, JsonNode Node, bool Found)> AskAsync(string admin, string pathAndQuery, CancellationToken ct)
    {
        if (!Uri.TryCreate(admin, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
            throw new UsageException($"explain: --admin {admin}: must be a URL such as http://127.0.0.1:10254");
        using var client = new HttpClient { Timeout = Limit };
        try
        {
            using var answer = await client.GetAsync(new Uri(url, pathAndQuery), ct);
            var json = await answer.Content.ReadAsStringAsync(ct);
            if (answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.NotFound && Read(json) is { } node)
                return (json, node, answer.StatusCode == HttpStatusCode.OK);
            throw new UsageException(
                $"explain: {url} answered {(int)answer.StatusCode}: {Read(json)?["error"]?.ToString() ?? json.Trim()}");
        }
        catch (Exception error) when (error is HttpRequestException or TaskCanceledException && !ct.IsCancellationRequested)
        {
            throw new UsageException($"explain: {url}: {error.Message}");
        }
    }

    private static JsonObject? Read(string text)
    {
        try
        {
            return JsonNode.Parse(text) as JsonObject;
        }
        catch (System.Text.Json.JsonException)
        {
            return null;
        }
    }
}
