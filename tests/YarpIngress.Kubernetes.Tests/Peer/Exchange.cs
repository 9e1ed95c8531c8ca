using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace YarpIngress.Kubernetes.Tests.Peer;

/// <summary>One request that arrived at the peer and waits for the test to answer it.</summary>
internal sealed class Exchange(HttpContext context, byte[] body)
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Taken at once: the request is gone after its answer, and tests look at it then.
    private readonly Dictionary<string, string> _query = context.Request.Query.ToDictionary(
        item => item.Key, item => item.Value.ToString());
    private readonly Dictionary<string, string> _headers =
        context.Request.Headers.ToDictionary(item => item.Key, item => item.Value.ToString(), StringComparer.OrdinalIgnoreCase);

    public HttpContext Context => context;

    public string Method { get; } = context.Request.Method;

    public string Path { get; } = context.Request.Path.Value!;

    public string Target { get; } = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;

    public string Protocol { get; } = context.Request.Protocol;

    public string? ClientName { get; } = context.Connection.ClientCertificate?.Subject;

    public string Text => Encoding.UTF8.GetString(body);

    public JsonObject Json => JsonNode.Parse(body)!.AsObject();

    public string? ContentType { get; } = context.Request.ContentType;

    public bool IsWatch => Query("watch") == "true";

    public Task Done => _done.Task;

    public string? Query(string name) => _query.GetValueOrDefault(name);

    public string? Header(string name) => _headers.GetValueOrDefault(name);

    public async Task AnswerAsync(int status, string text, string contentType = "application/json")
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        await SendAsync(text);
        End();
    }

    public Task ListAsync(string version, params string[] items) => AnswerAsync(200, Objects.List(version, null, items));

    public Task PageAsync(string version, string next, params string[] items) => AnswerAsync(200, Objects.List(version, next, items));

    public Task StatusAsync(int code, string reason, string message = "no", string? retryAfter = null)
    {
        if (retryAfter is not null)
            context.Response.Headers.RetryAfter = retryAfter;
        return AnswerAsync(code, Objects.Status(code, reason, message));
    }

    /// <summary>Sends the header of an answer that goes on.</summary>
    public async Task BeginAsync()
    {
        context.Response.ContentType = "application/json";
        await context.Response.StartAsync(TestContext.Current.CancellationToken);
        await context.Response.Body.FlushAsync(TestContext.Current.CancellationToken);
    }

    public async Task EventAsync(string type, string item) => await SendAsync($$"""{"type":"{{type}}","object":{{item}}}""" + "\n");

    /// <summary>Sends a part of the body, at once. The client may have hung up by the time that this returns.</summary>
    public Task SendAsync(string text) => context.Response.WriteAsync(text, TestContext.Current.CancellationToken);

    /// <summary>Ends the answer in good order.</summary>
    public void End() => _done.TrySetResult();

    /// <summary>Tears the connection down.</summary>
    public void Abort()
    {
        context.Abort();
        End();
    }
}
