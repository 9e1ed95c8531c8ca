using System.Globalization;
using System.Text;

namespace YarpIngress.Observability.AccessLog;

/// <summary>The texts of one second, which all of its lines share.</summary>
internal sealed class LogTime
{
    private static volatile LogTime _last = new(0);

    private readonly long _second;

    private LogTime(long second)
    {
        _second = second;
        var time = DateTimeOffset.FromUnixTimeSeconds(second).ToLocalTime();
        var zone = time.ToString("zzz", CultureInfo.InvariantCulture);
        Local = Encoding.ASCII.GetBytes(
            time.ToString("dd/MMM/yyyy:HH:mm:ss ", CultureInfo.InvariantCulture) + zone.Replace(":", "", StringComparison.Ordinal));
        Iso8601 = Encoding.ASCII.GetBytes(time.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture) + zone);
    }

    /// <summary>As in <c>21/Nov/2026:03:42:57 +0000</c>.</summary>
    public byte[] Local { get; }

    /// <summary>As in <c>2026-11-21T03:42:57+00:00</c>.</summary>
    public byte[] Iso8601 { get; }

    /// <summary>The texts for a time.</summary>
    public static LogTime At(DateTime utc)
    {
        var second = (utc.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerSecond;
        var last = _last;
        // Two threads that meet a new second at once make equal ones.
        return last._second == second ? last : _last = new LogTime(second);
    }
}
