using System.Globalization;

namespace YarpIngress.Kubernetes;

/// <summary>Names of events: the object's name and the time in hexadecimal.</summary>
internal static class EventName
{
    private const int MaxLength = 253;

    public static string Make(string objectName, DateTimeOffset time)
    {
        var suffix = "." + ((time - DateTimeOffset.UnixEpoch).Ticks * 100).ToString("x", CultureInfo.InvariantCulture);
        var room = MaxLength - suffix.Length;
        var name = objectName.Length > room ? objectName[..room].TrimEnd('.', '-') : objectName;
        return (name.Length == 0 ? "unnamed" : name) + suffix;
    }
}
