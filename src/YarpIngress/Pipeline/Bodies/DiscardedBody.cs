namespace YarpIngress.Pipeline.Bodies;

/// <summary>The rest of a body that nobody wants any more.</summary>
internal static class DiscardedBody
{
    /// <summary>Reads the rest away, for as long as the token says.</summary>
    public static async ValueTask ReadAsync(GatewayRequest request, CancellationToken cancellationToken)
    {
        var reader = request.Context.Request.BodyReader;
        try
        {
            while (true)
            {
                var read = await reader.ReadAsync(cancellationToken);
                request.BodyBytesReceived += read.Buffer.Length;
                reader.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted)
                    return;
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or InvalidOperationException)
        {
            // Time is up, or the client went away: it has its answer.
        }
    }
}
