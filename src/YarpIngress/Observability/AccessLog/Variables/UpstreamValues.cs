using YarpIngress.Pipeline;

namespace YarpIngress.Observability.AccessLog.Variables;

/// <summary>What the log says of the pods that were tried: a value for each, in order.</summary>
internal static class UpstreamValues
{
    /// <summary>Writes the value of one attempt.</summary>
    internal delegate void TryValue(LogLine line, in LoggedTry one);

    /// <summary>The writer of a value of all attempts. Made once: a delegate made for each line would be 64 bytes of garbage.</summary>
    public static LogValue Each(TryValue value) => (line, in entry) => Each(line, entry, value);

    private static void Each(LogLine line, in LogEntry entry, TryValue value)
    {
        if (entry.Request.Tries == 0)
        {
            line.Nothing();
            return;
        }
        if (entry.Request.Tries > 1)
        {
            foreach (var earlier in entry.Request.EarlierTries)
            {
                value(line, new LoggedTry(entry.Request, earlier, entry.BodyBytesSent, isLast: false));
                line.Raw(", "u8);
            }
        }
        value(line, new LoggedTry(entry.Request, entry.Request.Upstream, entry.BodyBytesSent, isLast: true));
    }

    public static void Address(LogLine line, in LoggedTry one) => line.Text(one.Upstream.Destination?.DestinationId);

    public static void Status(LogLine line, in LoggedTry one)
    {
        var answered = one.Request.Context.Response.StatusCode;
        if (one.Upstream.Status > 0)
            line.Number(one.Upstream.Status);
        else if (one.IsLast && answered == StatusCodes.Status504GatewayTimeout)
            line.Raw("504"u8);
        else if (one.IsLast && answered < 500)
            line.Nothing();
        else
            line.Raw("502"u8);
    }

    public static void ResponseTime(LogLine line, in LoggedTry one) => Time(line, one.Upstream, one.Upstream.EndedAt);

    public static void HeaderTime(LogLine line, in LoggedTry one) => Time(line, one.Upstream, one.Upstream.HeadersAt);

    public static void ConnectTime(LogLine line, in LoggedTry one) => Time(line, one.Upstream, one.Upstream.ConnectedAt);

    public static void Length(LogLine line, in LoggedTry one) =>
        line.Number(one is { IsLast: true, Upstream.Status: > 0 } ? one.BodyBytesSent : 0);

    public static void BytesReceived(LogLine line, in LoggedTry one) => line.Number(one.Upstream.BytesReceived);

    public static void BytesSent(LogLine line, in LoggedTry one) => line.Number(one.Upstream.BytesSent);

    private static void Time(LogLine line, in UpstreamTry one, long at)
    {
        if (at == 0)
            line.Nothing();
        else
            line.Seconds(at - one.StartedAt);
    }
}
