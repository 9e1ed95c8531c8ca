namespace YarpIngress.Observability.AccessLog.Variables;

/// <summary>What the log says of the answer.</summary>
internal static class AnswerValues
{
    public static void Status(LogLine line, in LogEntry entry) => line.Number(entry.Context.Response.StatusCode);

    public static void Header(LogLine line, in LogEntry entry, string name)
    {
        var value = entry.Context.Response.Headers[name];
        line.Text(value.Count == 0 ? null : value.Count == 1 ? value[0] : string.Join(", ", value!));
    }

    public static void UnixTime(LogLine line, in LogEntry entry)
    {
        var milliseconds = (entry.Time.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMillisecond;
        line.Number(milliseconds / 1000);
        line.Raw([(byte)'.', Digit(milliseconds / 100), Digit(milliseconds / 10), Digit(milliseconds)]);
    }

    private static byte Digit(long value) => (byte)('0' + value % 10);
}
