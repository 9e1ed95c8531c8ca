using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace YarpIngress.Benchmarks.Soak;

/// <summary>A pod with more to say than "ok": large answers, uploads, WebSockets that echo.</summary>
internal sealed class SoakBackend : IAsyncDisposable
{
    public const int LargeBytes = 1 << 20;
    private static readonly byte[] Large = new byte[LargeBytes];
    private readonly WebApplication _app;

    private SoakBackend(WebApplication app, IPEndPoint address) => (_app, Address) = (app, address);

    public IPEndPoint Address { get; }

    public static async Task<SoakBackend> StartAsync(CancellationToken ct)
    {
        var address = new IPEndPoint(IPAddress.Parse("127.79.0.1"), Processes.ChildProcess.FreePort());
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(address, listener => listener.Protocols = HttpProtocols.Http1));
        var app = builder.Build();
        app.UseWebSockets();
        app.Run(AnswerAsync);
        await app.StartAsync(ct);
        return new SoakBackend(app, address);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static async Task AnswerAsync(HttpContext context)
    {
        var ct = context.RequestAborted;
        if (context.WebSockets.IsWebSocketRequest)
            await EchoAsync(context, ct);
        else if (HttpMethods.IsPost(context.Request.Method))
            await context.Request.Body.CopyToAsync(Stream.Null, ct);
        else if (context.Request.Path == "/large")
            await context.Response.Body.WriteAsync(Large, ct);
        else
            await context.Response.WriteAsync("ok", ct);
    }

    private static async Task EchoAsync(HttpContext context, CancellationToken ct)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        var buffer = new byte[4096];
        while (true)
        {
            var message = await socket.ReceiveAsync(buffer.AsMemory(), ct);
            if (message.MessageType == System.Net.WebSockets.WebSocketMessageType.Close)
                break;
            await socket.SendAsync(buffer.AsMemory(0, message.Count), message.MessageType, message.EndOfMessage, ct);
        }

        await socket.CloseAsync(System.Net.WebSockets.WebSocketCloseStatus.NormalClosure, null, ct);
    }
}
