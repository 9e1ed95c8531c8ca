using System.Globalization;
using YarpIngress.Translation.Model;

namespace YarpIngress.Translation.Layer4;

/// <summary>
/// An entry of the ConfigMap of TCP or UDP ports, in ingress-nginx's form: <c>5432: "namespace/name:port"</c>, for TCP with
/// <c>:PROXY</c> behind it where clients send a header of the PROXY protocol, and another where endpoints are to get one.
/// </summary>
internal static class StreamPortText
{
    private const string Form = "must be namespace/name:port, where port is a number or a name";

    /// <exception cref="FormatException">The message says what is allowed.</exception>
    public static int Port(string key) =>
        key is not ['0', ..] && TryPort(key, out var port) && port is > 0 and <= 65535
            ? port
            : throw new FormatException("must be a port, 1 to 65535");

    /// <exception cref="FormatException">The message says what is allowed.</exception>
    public static StreamPort Read(StreamKey key, string text)
    {
        var parts = text.Trim().Split(':');
        if (parts.Length is < 2 or > 4)
            throw new FormatException(Form + (key.Protocol is StreamProtocol.Tcp ? ", with :PROXY or :PROXY:PROXY behind it" : ""));
        var name = parts[0].Split('/');
        if (name is not [var @namespace, var service] || !HostName.IsDnsLabel(@namespace) || !HostName.IsDnsName(service))
            throw new FormatException(Form);
        return new StreamPort
        {
            Key = key,
            Backend = new BackendKey(@namespace, service, ServicePort(parts[1])),
            TakesProxyHeader = parts.Length > 2 && IsProxy(parts[2]),
            SendsProxyHeader = parts.Length > 3 && IsProxy(parts[3]),
        };
    }

    private static string ServicePort(string text) =>
        (TryPort(text, out var port) ? port is > 0 and <= 65535 : HostName.IsDnsLabel(text)) ? text : throw new FormatException(Form);

    private static bool TryPort(string text, out int port) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port);

    private static bool IsProxy(string text) => text.ToUpperInvariant() switch
    {
        "PROXY" => true,
        "" => false,
        _ => throw new FormatException("may have nothing but PROXY behind the port, once or twice"),
    };
}
