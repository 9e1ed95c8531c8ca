using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using YarpIngress.Controller.Admission;

namespace YarpIngress.Tests.LocalCluster.Api;

/// <summary>A webhook that answers what a test says.</summary>
internal sealed class ScriptedWebhook : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly SelfMadePair _pair = SelfMadePair.Make(["localhost"], DateTimeOffset.UtcNow, null);
    private readonly ConcurrentQueue<JsonObject> _requests = new();

    private ScriptedWebhook()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        var certificate = X509Certificate2.CreateFromPem(_pair.Certificate, _pair.Key);
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(
            kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificate)));
        builder.Services.AddSingleton<IHostLifetime, OwnedLifetime>();
        _app = builder.Build();
        _app.Run(AnswerAsync);
    }

    /// <summary>The <c>response</c> to a <c>request</c>; null answers 500.</summary>
    public Func<JsonObject, JsonObject?> Answer { get; set; } = _ => new JsonObject { ["allowed"] = true };

    /// <summary>What it was asked.</summary>
    public IReadOnlyCollection<JsonObject> Requests => _requests;

    public string Authorities => _pair.Authorities;

    public string Url => $"https://localhost:{new Uri(_app.Urls.First()).Port}/review";

    public static async Task<ScriptedWebhook> StartAsync()
    {
        var webhook = new ScriptedWebhook();
        await webhook._app.StartAsync(TestContext.Current.CancellationToken);
        return webhook;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        var review = (await JsonNode.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted))!.AsObject();
        var request = review["request"]!.AsObject();
        _requests.Enqueue(request);
        if (Answer(request) is not { } response)
        {
            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
            return;
        }
        response["uid"] ??= (string?)request["uid"];
        review.Remove("request");
        review["response"] = response;
        await context.Response.WriteAsync(review.ToJsonString(), context.RequestAborted);
    }
}
