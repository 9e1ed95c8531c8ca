using System.Globalization;
using System.Net;

namespace YarpIngress.Controller.Admission;

/// <summary>
/// The value of <c>--validating-webhook</c>: <c>:8443</c>, <c>0.0.0.0:8443</c>, <c>[::1]:8443</c>, <c>localhost:8443</c>.
/// </summary>
/// <param name="Addresses">Where to listen; empty for all addresses.</param>
/// <param name="Port">The port; 0 picks one.</param>
internal sealed record WebhookAddress(IReadOnlyList<IPAddress> Addresses, int Port)
{
    /// <exception cref="FormatException">It is none of these.</exception>
    public static WebhookAddress Parse(string text)
    {
        var colon = text.LastIndexOf(':');
        if (colon < 0 || !ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port))
            throw Wrong();
        return new(text[..colon] switch
        {
            "" => [],
            "localhost" => [IPAddress.Loopback],
            ['[', .. var v6, ']'] when IPAddress.TryParse(v6, out var address) => [address],
            var v4 when !v4.Contains(':') && IPAddress.TryParse(v4, out var address) => [address],
            _ => throw Wrong(),
        }, port);

        static FormatException Wrong() => new("must be an address with a port, such as :8443, 127.0.0.1:8443 or [::1]:8443");
    }

    /// <summary>The value of the flag.</summary>
    public override string ToString() => Addresses is [var address] ? new IPEndPoint(address, Port).ToString() : $":{Port}";
}
