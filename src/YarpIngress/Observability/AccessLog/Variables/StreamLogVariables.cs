using System.Collections.Frozen;
using System.Globalization;
using System.Net;
using YarpIngress.Translation.Settings;

namespace YarpIngress.Observability.AccessLog.Variables;

/// <summary>The variables of <c>log-format-stream</c>; their names are in <see cref="LogVariableNames.Stream"/>.</summary>
internal static class StreamLogVariables
{
    /// <summary>Writes one value of a line.</summary>
    public delegate void Value(LogLine line, in StreamLogEntry entry);

    private static readonly FrozenDictionary<string, Value> ByName = new Dictionary<string, Value>
    {
        ["remote_addr"] = (line, in entry) => Address(line, entry.Client?.Address),
        ["remote_port"] = (line, in entry) => line.Number(entry.Client?.Port ?? 0),
        ["server_port"] = (line, in entry) => line.Number(entry.ServerPort),
        ["protocol"] = (line, in entry) => line.Unescaped(entry.Protocol),
        ["status"] = (line, in entry) => line.Number(entry.Status),
        ["bytes_sent"] = (line, in entry) => line.Number(entry.Sent),
        ["bytes_received"] = (line, in entry) => line.Number(entry.Received),
        ["session_time"] = (line, in entry) => line.Seconds(entry.EndedAt - entry.StartedAt),
        ["upstream_addr"] = (line, in entry) => line.Text(entry.Upstream),
        ["ssl_preread_server_name"] = (line, in entry) => line.Text(entry.ServerName),
        ["time_local"] = (line, in entry) => line.Raw(LogTime.At(LogClock.At(entry.EndedAt)).Local),
        ["time_iso8601"] = (line, in entry) => line.Raw(LogTime.At(LogClock.At(entry.EndedAt)).Iso8601),
        ["msec"] = (line, in entry) => line.Unescaped(
            (LogClock.At(entry.EndedAt) - DateTime.UnixEpoch).TotalSeconds.ToString("0.000", CultureInfo.InvariantCulture)),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>All names.</summary>
    public static IEnumerable<string> Names => ByName.Keys;

    /// <summary>The writer of a variable; a hyphen for what is not known.</summary>
    public static Value Find(string name) => ByName.GetValueOrDefault(name) ?? ((line, in _) => line.Nothing());

    private static void Address(LogLine line, IPAddress? address)
    {
        if (address is null)
            line.Nothing();
        else
            line.Unescaped(address.ToString());
    }
}
