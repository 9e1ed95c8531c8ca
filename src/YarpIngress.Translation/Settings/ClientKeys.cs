using System.Text.RegularExpressions;
using YarpIngress.Translation.Model;
using static YarpIngress.Translation.Settings.SettingValue;

namespace YarpIngress.Translation.Settings;

/// <summary>The keys about proxies in front of the gateway; see <see cref="ClientSettings"/>.</summary>
internal static partial class ClientKeys
{
    private const string Header = "the name of a header";
    private const string Flag = "true or false";

    public static readonly IReadOnlyList<GlobalKey> All =
    [
        Key("use-proxy-protocol", Flag, "false",
            "Whether every connection begins with a header of the PROXY protocol, version 1 or 2; one that does not is closed.",
            (client, text) => client with { ProxyProtocol = Bool(text) }),
        Key("proxy-protocol-header-timeout", "a duration such as 5s", "5s", "How long a header of the PROXY protocol may take.",
            (client, text) => client with { ProxyHeaderTimeout = Duration(text) }) with
        {
            Closed = null,
            Instead = null,
            Difference = "There it is for the ports of ssl-passthrough only.",
        },
        Key("use-forwarded-headers", Flag, "false",
            "Whether X-Forwarded-For, X-Forwarded-Proto, X-Forwarded-Host and X-Forwarded-Port of proxies in proxy-real-ip-cidr are "
            + "believed.",
            (client, text) => client with { ForwardedHeaders = Bool(text) }) with
        {
            Difference = "All of them but X-Forwarded-For are believed from anybody there.",
        },
        Key("enable-real-ip", Flag, "false",
            "Whether forwarded-for-header of proxies in proxy-real-ip-cidr is believed, and no other header.",
            (client, text) => client with { RealIp = Bool(text) }),
        Key("forwarded-for-header", Header, "X-Forwarded-For",
            "The header with the client's address: the last one in it that is not in proxy-real-ip-cidr.",
            (client, text) => client with { ForwardedForHeader = Name(text) }),
        Key("forwarded-host-header", Header, "X-Forwarded-Host", "The header with the host that the client asked for.",
            (client, text) => client with { ForwardedHostHeader = Name(text) }),
        Key("compute-full-forwarded-for", Flag, "false",
            "With use-forwarded-headers, whether X-Forwarded-For of a proxy in proxy-real-ip-cidr is added to, not replaced.",
            (client, text) => client with { FullForwardedFor = Bool(text) }),
        Key("proxy-real-ip-cidr", "networks with commas between",
            string.Join(", ", ClientSettings.PrivateNetworks.Networks),
            "The proxies whose PROXY protocol and headers are believed.",
            (client, text) => client with { TrustedProxies = AddressList.Parse(text) }) with
        {
            Closed = (settings, _) => settings with
            {
                Client = settings.Client with { TrustedProxies = AddressList.None, Broken = "proxy-real-ip-cidr" },
            },
            Instead = "no proxy is believed, and what is protected by addresses answers 503",
            Difference = "0.0.0.0/0 by default there, which believes everybody.",
        },
    ];

    private static string Name(string text) => HeaderName().IsMatch(text.Trim())
        ? text.Trim()
        : throw new FormatException("must be the name of a header");

    private static GlobalKey Key(
        string name, string values, string byDefault, string doc, Func<ClientSettings, string, ClientSettings> set) =>
        new(name, values, byDefault, doc, (settings, text) => settings with { Client = set(settings.Client, text) })
        {
            Closed = (settings, _) => settings with { Client = settings.Client with { Broken = name } },
            Instead = $"as by default, {byDefault}, and what is protected by addresses answers 503",
        };

    // RFC 9110, 5.6.2, as far as anybody uses it.
    [GeneratedRegex("^[A-Za-z0-9-]{1,64}$", RegexOptions.CultureInvariant)]
    private static partial Regex HeaderName();
}
