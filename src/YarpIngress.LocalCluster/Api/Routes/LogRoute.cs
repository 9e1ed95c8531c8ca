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
        if (request.Query("tailLines") is { } lines)
        {
            var (start, end) = await LastAsync(log, int.Parse(lines, CultureInfo.InvariantCulture), cancel);
            log.Position = start;
            // What is written meanwhile would be more lines than were asked for.
            await CopyAsync(log, end, response.Body, cancel);
        }
        else
        {
            await log.CopyToAsync(response.Body, cancel);
        }

        await response.Body.FlushAsync(cancel);
        using var timer = new PeriodicTimer(LookAgain);
        while (request.Flag("follow") && request.Api.LogFileOf.Invoke(key) == file)
        {
            await timer.WaitForNextTickAsync(cancel);
            await log.CopyToAsync(response.Body, cancel);
            await response.Body.FlushAsync(cancel);
        }
    }

    private static async Task CopyAsync(FileStream log, long end, Stream to, CancellationToken cancel)
    {
        var buffer = new byte[64 << 10];
        while (log.Position < end
            && await log.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, end - log.Position)), cancel) is > 0 and var read)
        {
            await to.WriteAsync(buffer.AsMemory(0, read), cancel);
        }
    }

    /// <summary>Where the last lines that are whole begin and end.</summary>
    private static async Task<(long Start, long End)> LastAsync(FileStream log, int lines, CancellationToken cancel)
    {
        var starts = new Queue<long>([0]);
        var buffer = new byte[64 << 10];
        long at = 0;
        int read;
        while ((read = await log.ReadAsync(buffer, cancel)) > 0)
        {
            for (var i = 0; i < read; i++)
            {
                if (buffer[i] != '\n')
                    continue;
                starts.Enqueue(at + i + 1);
                // One more than lines: behind the last line break begins none.
                while (starts.Count > lines + 1)
                    starts.Dequeue();
            }

            at += read;
        }

        return (starts.Peek(), starts.Last());
    }
}
