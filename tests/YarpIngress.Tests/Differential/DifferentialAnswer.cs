using System.Net;
using System.Net.Sockets;
using System.Text;

namespace YarpIngress.Tests.Differential;

/// <summary>What a client sees of an answer, as far as it may be compared.</summary>
internal static class DifferentialAnswer
{
    // Of the hop, of the moment, or the server's name.
    private static readonly HashSet<string> Ignored = new(StringComparer.OrdinalIgnoreCase)
    {
        "Connection", "Content-Length", "Date", "Keep-Alive", "Server", "Transfer-Encoding",
    };

    /// <summary>Sends a request, byte for byte, and gives status, headers in order of their names, and a pod's body.</summary>
    public static async Task<string> AskAsync(IPAddress address, int port, string request)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using var late = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        late.CancelAfter(Wait.Deadline);
        await socket.ConnectAsync(address, port, late.Token);
        await socket.SendAsync(Encoding.Latin1.GetBytes(request), late.Token);
        using var answer = new MemoryStream();
        await using var stream = new NetworkStream(socket);
        await stream.CopyToAsync(answer, late.Token);
        return Account(Encoding.Latin1.GetString(answer.ToArray()));
    }

    private static string Account(string answer)
    {
        if (answer.StartsWith("HTTP/1.1 100 ", StringComparison.Ordinal))
            answer = answer[(answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];
        var (head, body) = answer.Split("\r\n\r\n", 2) is [var left, var right] ? (left, right) : (answer, "");
        var lines = head.Split("\r\n");
        var headers = lines.Skip(1).Where(line => !Ignored.Contains(line.Split(':')[0])).ToList();
        var isPod = headers.Any(line => line.StartsWith("X-Pod:", StringComparison.OrdinalIgnoreCase));
        // The type of an error page that each makes in its own words.
        if (!isPod)
            headers.RemoveAll(line => line.StartsWith("Content-Type:", StringComparison.OrdinalIgnoreCase));
        if (lines.Any(line => line.Equals("Transfer-Encoding: chunked", StringComparison.OrdinalIgnoreCase)))
            body = Unchunked(body);
        var shown = isPod && !headers.Any(line => line.StartsWith("Content-Encoding:", StringComparison.OrdinalIgnoreCase));
        return string.Join('\n',
        [
            lines[0].Split(' ').ElementAtOrDefault(1) ?? "no answer",
            .. headers.Select(line => line.Split(':', 2)).Select(parts => $"{parts[0].ToLowerInvariant()}:{parts[^1]}").Order(StringComparer.Ordinal),
            .. shown ? body.Split('\n') : [],
        ]);
    }

    private static string Unchunked(string body)
    {
        var whole = new StringBuilder();
        while (body.Split("\r\n", 2) is [var size, var rest]
            && int.TryParse(size, System.Globalization.NumberStyles.HexNumber, null, out var length) && length > 0)
        {
            whole.Append(rest.AsSpan(0, length));
            body = rest[(length + 2)..];
        }
        return whole.ToString();
    }
}
