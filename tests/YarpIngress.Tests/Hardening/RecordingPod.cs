using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Security;
using System.Text;
using YarpIngress.Tests.Proxy;
using YarpIngress.Tests.Upstream;

namespace YarpIngress.Tests.Hardening;

/// <summary>A pod that reads requests as strictly as RFC 9112 allows, and keeps all of them. What it can't read is a fault.</summary>
internal sealed class RecordingPod : IAsyncDisposable
{
    private readonly RawOrigin _origin;

    public RecordingPod(bool tls = false) => _origin = new RawOrigin(async (stream, ct) =>
    {
        if (!tls)
        {
            await ServeAsync(stream, ct);
            return;
        }
        await using var secure = new SslStream(stream);
        await secure.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = TlsPods.Pod }, ct);
        await ServeAsync(secure, ct);
    });

    public System.Net.IPEndPoint EndPoint => _origin.EndPoint;

    /// <summary>Head and body of each request.</summary>
    public ConcurrentQueue<(string Head, string Body)> Requests { get; set; } = [];

    /// <summary>What was no request.</summary>
    public ConcurrentQueue<string> Faults { get; set; } = [];

    public ValueTask DisposeAsync() => _origin.DisposeAsync();

    private async Task ServeAsync(Stream stream, CancellationToken ct)
    {
        while (await RawOrigin.ReadHeadAsync(stream, ct) is { Length: > 0 } head)
        {
            if (Fault(head) is { } fault)
            {
                Faults.Enqueue($"{fault}: {head}");
                return;
            }
            var headers = head.Split("\r\n").Skip(1).Where(line => line.Length > 0)
                .Select(line => line.Split(':', 2)).ToLookup(pair => pair[0], pair => pair[1].Trim(), StringComparer.OrdinalIgnoreCase);
            if (headers["Expect"].Any())
                await stream.WriteAsync("HTTP/1.1 100 Continue\r\n\r\n"u8.ToArray(), ct);
            var body = headers["Transfer-Encoding"].Any()
                ? await ReadChunksAsync(stream, ct)
                : await ReadAsync(stream, int.Parse(headers["Content-Length"].FirstOrDefault() ?? "0", CultureInfo.InvariantCulture), ct);
            if (body is null)
                return;
            Requests.Enqueue((head, body));
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\npod"u8.ToArray(), ct);
        }
    }

    private static string? Fault(string head)
    {
        if (!head.EndsWith("\r\n\r\n", StringComparison.Ordinal))
            return "cut off";
        var lines = head[..^4].Split("\r\n");
        if (lines.Any(line => line.AsSpan().ContainsAny('\r', '\n', '\0')))
            return "a bare CR, LF or NUL";
        if (lines[0].Split(' ') is not [{ Length: > 0 }, ['/', ..], "HTTP/1.1"])
            return "no request line";
        foreach (var line in lines.Skip(1))
        {
            var colon = line.IndexOf(':');
            if (colon <= 0 || line.AsSpan(0, colon).ContainsAny(" \t\"(),/;<=>?@[\\]{}"))
                return "no header";
        }
        var names = lines.Skip(1).Select(line => line[..line.IndexOf(':')].ToLowerInvariant()).ToList();
        return names.Count(name => name is "content-length" or "transfer-encoding") > 1 ? "two lengths"
            : names.Count(name => name == "host") != 1 ? "not one Host"
            : null;
    }

    private async Task<string?> ReadChunksAsync(Stream stream, CancellationToken ct)
    {
        var body = new StringBuilder();
        while (true)
        {
            var line = new StringBuilder();
            while (line.Length < 2 || line[^2] != '\r' || line[^1] != '\n')
            {
                if (await ReadAsync(stream, 1, ct) is not { } next)
                    return null;
                line.Append(next);
            }
            var size = line.ToString(0, line.Length - 2);
            if (size.Length is 0 or > 8 || !size.All(char.IsAsciiHexDigit))
            {
                Faults.Enqueue($"chunk size {size}");
                return null;
            }
            var length = Convert.ToInt32(size, 16);
            if (await ReadAsync(stream, length + 2, ct) is not { } chunk)
                return null;
            if (!chunk.EndsWith("\r\n", StringComparison.Ordinal))
            {
                Faults.Enqueue($"chunk {chunk}");
                return null;
            }
            if (length == 0)
                return body.ToString();
            body.Append(chunk, 0, length);
        }
    }

    /// <summary>Null when the other side ended before.</summary>
    private static async Task<string?> ReadAsync(Stream stream, int length, CancellationToken ct)
    {
        var bytes = new byte[length];
        return await stream.ReadAtLeastAsync(bytes, length, throwOnEndOfStream: false, ct) == length
            ? Encoding.Latin1.GetString(bytes)
            : null;
    }
}
