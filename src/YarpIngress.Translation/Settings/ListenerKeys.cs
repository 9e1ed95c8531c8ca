using System.Net;
using YarpIngress.Translation.Model;
using static YarpIngress.Translation.Settings.SettingValue;

namespace YarpIngress.Translation.Settings;

/// <summary>The keys about connections from clients, and about the form of what they send.</summary>
internal static class ListenerKeys
{
    private const string Seconds = "whole number of seconds from 1";
    private const string Size = "bytes, or with k or m behind";
    private const string Number = "whole number";
    private const int LargestSize = 1024 * 1024;

    public static readonly IReadOnlyList<GlobalKey> All =
    [
        Key("client-header-timeout", Seconds, "60", "How long a client may take for the headers of a request.",
            (listeners, text) => listeners with { HeaderTimeout = SettingValue.Seconds(text) }),
        Key("client-body-timeout", Seconds, "60", "How long a client may send nothing of a body that it has begun.",
            (listeners, text) => listeners with { BodyTimeout = SettingValue.Seconds(text) }),
        Key("keep-alive", "whole number of seconds; 0 serves one request on each connection", "75",
            "How long a client's connection waits for its next request.",
            (listeners, text) => listeners with { KeepAlive = TimeSpan.FromSeconds(Whole(text.Trim(), 0, int.MaxValue / 1000)) }),
        Key("keep-alive-requests", "whole number; 0 for no limit", "0",
            "How many requests a client's connection serves before it is closed gracefully.",
            (listeners, text) => listeners with { KeepAliveRequests = Whole(text.Trim(), 0, int.MaxValue) }) with
        {
            Difference = "1000 by default there, to free what nginx keeps for a connection; here nothing is kept.",
        },
        Key("large-client-header-buffers", "a number from 1 to 64 and a size: 4 8k", "a line of 8k, 64k in all",
            "The size bounds a request line, number times size all headers of a request.", Buffers) with
        {
            Difference = "There the size, 8k by default, bounds each header too, and the default is 32k in all.",
        },
        Key("http2-max-concurrent-streams", "whole number from 1 to 10000", "128",
            "How many requests of one HTTP/2 connection are served at once.",
            (listeners, text) => listeners with { ConcurrentStreams = Whole(text.Trim(), 1, 10_000) }),
        Key("bind-address", "IP addresses with commas between", "all",
            "At which addresses connections to the HTTP and HTTPS ports are served: of IPv4 and of IPv6, if one of them is named, only at "
            + "the named ones. Connections to others are closed at once; the flag --bind-address does not listen there at all.",
            (listeners, text) => listeners with { Addresses = [.. Split(text).Select(Address)] }) with
        {
            Closed = (settings, text) => settings with { Listeners = settings.Listeners with { Addresses = AddressesIn(text) } },
            Instead = "the others count",
        },
        Key("disable-ipv6", "true or false", "false", "Whether connections over IPv6 to the HTTP and HTTPS ports are closed at once.",
            (listeners, text) => listeners with { DisableIPv6 = Bool(text) }),
        Header("ignore-invalid-headers", "true",
            "Whether headers with other characters in their names than letters, digits and - are dropped.",
            (headers, value) => headers with { DropsInvalid = value }),
        Header("enable-underscores-in-headers", "false",
            "Whether headers with _ in their names pass, unless they would pass for one of the gateway's own.",
            (headers, value) => headers with { AllowsUnderscores = value }),
        Without("client-header-buffer-size", Size, "1k", "buffers for headers grow as needed", IsSize),
        Without("proxy-headers-hash-max-size", Number, "512", "headers are in no hash table of nginx's", IsNumber),
        Without("proxy-headers-hash-bucket-size", Number, "64", "headers are in no hash table of nginx's", IsNumber),
        Without("http2-max-field-size", Size, "none", "large-client-header-buffers says it for all protocols", IsSize),
        Without("http2-max-header-size", Size, "none", "large-client-header-buffers says it for all protocols", IsSize),
        Without("http2-max-requests", Number, "0", "keep-alive-requests says it for all protocols", IsNumber),
    ];

    private static ListenerSettings Buffers(ListenerSettings listeners, string text)
    {
        var parts = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length != 2)
            throw new FormatException("must be a number and a size, such as 4 8k");
        var number = Whole(parts[0], 1, 64);
        var size = (int)SettingValue.Size(parts[1], LargestSize);
        return size >= 1024 && number * size <= LargestSize
            ? listeners with { LineSize = size, HeaderSize = number * size }
            : throw new FormatException("must have a size from 1k, and 1m in all at most");
    }

    private static IEnumerable<string> Split(string text) =>
        text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(one => one.Trim('[', ']'));

    private static IPAddress Address(string text) => AddressText.TryParse(text, out var address)
        ? address
        : throw new FormatException($"must be IP addresses with commas between; {Quoted.Value(text)} is none");

    private static EquatableArray<IPAddress> AddressesIn(string text)
    {
        var addresses = new List<IPAddress>();
        foreach (var one in Split(text))
        {
            if (AddressText.TryParse(one, out var address))
                addresses.Add(address);
        }
        return addresses.ToEquatableArray();
    }

    private static GlobalKey Key(
        string name, string values, string byDefault, string doc, Func<ListenerSettings, string, ListenerSettings> set) =>
        new(name, values, byDefault, doc, (settings, text) => settings with { Listeners = set(settings.Listeners, text) });

    private static GlobalKey Header(string name, string byDefault, string doc, Func<HeaderSettings, bool, HeaderSettings> set) =>
        new(name, "true or false", byDefault, doc, (settings, text) => settings with { Headers = set(settings.Headers, Bool(text)) });

    private static GlobalKey Without(string name, string values, string byDefault, string why, Action<string> check) =>
        new(name, values, byDefault, $"Taken, and of no effect: {why}.", (settings, text) =>
        {
            check(text.Trim());
            return settings;
        });

    private static void IsSize(string text) => _ = SettingValue.Size(text, int.MaxValue);

    private static void IsNumber(string text) => _ = Whole(text, 0, int.MaxValue);
}
