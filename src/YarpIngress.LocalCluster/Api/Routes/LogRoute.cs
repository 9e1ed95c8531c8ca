using System.Globalization;
using YarpIngress.Kubernetes;

namespace YarpIngress.LocalCluster.Api.Routes;

/// <summary>GET on a pod's log, as <c>kubectl logs</c> asks for it: whole, its last lines, and on and on.</summary>
internal static class LogRoute
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(200);

    public static async Task HandleAsync(ApiRequest request)
    {
        var key = new ObjectKey(request.Namespace ?? "", request.Path.Name!);
        request.Api.Get(request.Resource, request.Namespace, key.Name);
        var file = request.Api.LogFileOf?.Invoke(key)
            ?? throw ApiError.BadRequest($"pod \"{key.Name}\" is an echo server or has not started: it has no log");
        if (request.Flag("previous"))
            throw ApiError.BadRequest($"previous terminated container in pod \"{key.Name}\" not found");
        var response = request.Http.Response;
        response.ContentType = "text/plain";
        var cancel = request.Cancellation;
        await using var log = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        // What is written from here on is for who follows: the last lines are as many as were asked for.
        var end = log.Length;
        if (request.Query("tailLines") is { } lines)
            log.Position = await StartOfLastAsync(log, end, int.Parse(lines, CultureInfo.InvariantCulture), cancel);
        await CopyToAsync(log, end, response.Body, cancel);
        await response.Body.FlushAsync(cancel);
        using var timer = new PeriodicTimer(LookAgain);
        while (request.Flag("follow") && request.Api.LogFileOf.Invoke(key) == file)
        {
            await timer.WaitForNextTickAsync(cancel);
            await log.CopyToAsync(response.Body, cancel);
            await response.Body.FlushAsync(cancel);
        }
    }

    private static async Task CopyToAsync(FileStream log, long end, Stream body, CancellationToken cancel)
    {
        var buffer = new byte[64 << 10];
        while (log.Position < end)
        {
            var read = await log.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, end - log.Position)), cancel);
            if (read == 0)
                return;
            await body.WriteAsync(buffer.AsMemory(0, read), cancel);
        }
    }

    private static async Task<long> StartOfLastAsync(FileStream log, long end, int lines, CancellationToken cancel)
    {
        var starts = new Queue<long>();
        var buffer = new byte[64 << 10];
        var lineEnded = true;
        for (long at = 0; at < end;)
        {
            var read = await log.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, end - at)), cancel);
            if (read == 0)
                break;
            for (var i = 0; i < read; i++, at++)
            {
                if (lineEnded)
                    starts.Enqueue(at);
                if (starts.Count > lines)
                    starts.Dequeue();
                lineEnded = buffer[i] == '\n';
            }
        }

        return starts.TryPeek(out var start) ? start : end;
    }
}
