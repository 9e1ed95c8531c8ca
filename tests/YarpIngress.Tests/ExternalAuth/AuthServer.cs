using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using YarpIngress.Tests.Proxy;

namespace YarpIngress.Tests.ExternalAuth;

/// <summary>
/// An authentication service that answers as its URL says, <c>?status=401&amp;h=Name:value</c>, and remembers what it was asked.
/// </summary>
internal sealed class AuthServer : IAsyncDisposable
{
    private readonly ConcurrentQueue<AuthQuestion> _questions = new();
    private readonly Origin _origin;
    private readonly string _scheme;

    private AuthServer(Origin origin, string scheme) => (_origin, _scheme) = (origin, scheme);

    /// <summary>What it was asked, in order.</summary>
    public IReadOnlyCollection<AuthQuestion> Questions => _questions;

    public AuthQuestion Last => _questions.Last();

    public int Port => _origin.EndPoint.Port;

    public string Url => string.Create(CultureInfo.InvariantCulture, $"{_scheme}://127.0.0.1:{Port}");

    /// <summary>Starts one.</summary>
    /// <param name="answer">Answers instead of the URL; null leaves it to that.</param>
    /// <param name="configure">Has it speak TLS.</param>
    public static async Task<AuthServer> StartAsync(RequestDelegate? answer = null, Action<ListenOptions>? configure = null)
    {
        AuthServer? server = null;
        var origin = await Origin.StartAsync(
            async context =>
            {
                using var body = new MemoryStream();
                await context.Request.Body.CopyToAsync(body, context.RequestAborted);
                server!._questions.Enqueue(new AuthQuestion(
                    context.Request.Method, context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget,
                    context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(),
                        StringComparer.OrdinalIgnoreCase),
                    body.Length));
                await (answer ?? AsTold)(context);
            },
            HttpProtocols.Http1, configure);
        return server = new AuthServer(origin, configure is null ? "http" : "https");
    }

    public ValueTask DisposeAsync() => _origin.DisposeAsync();

    private static Task AsTold(HttpContext context)
    {
        context.Response.StatusCode = int.TryParse(context.Request.Query["status"], out var status) ? status : 200;
        foreach (var header in context.Request.Query["h"])
        {
            var (name, value) = header!.Split(':', 2) is [var left, var right] ? (left, right) : (header, "");
            context.Response.Headers.Append(name, value);
        }
        return status is 204 or 304 ? Task.CompletedTask : context.Response.WriteAsync("nobody reads this", context.RequestAborted);
    }
}

/// <summary>What an authentication service was asked.</summary>
internal sealed record AuthQuestion(string Method, string Target, IReadOnlyDictionary<string, string> Headers, long BodyLength)
{
    /// <summary>A header; null when it is not there.</summary>
    public string? this[string name] => Headers.GetValueOrDefault(name);
}
