using YarpIngress.Translation.Model;

namespace YarpIngress.Translation.Settings;

/// <summary>The keys that say which clients may use routes whose Ingress does not say so itself; see <see cref="AddressPolicy"/>.</summary>
internal static class AddressKeys
{
    private const string Networks = "networks with commas between";

    public static readonly IReadOnlyList<GlobalKey> All =
    [
        Key("whitelist-source-range", "everybody",
            "The clients that may use the routes of Ingresses without allowlist-source-range; others are answered 403.",
            (addresses, list) => addresses with { Allowed = list }, AddressList.None),
        Key("denylist-source-range", "nobody",
            "The clients that are answered 403 on the routes of Ingresses without denylist-source-range.",
            (addresses, list) => addresses with { Refused = list }, AddressList.All),
    ];

    private static GlobalKey Key(
        string name, string byDefault, string doc, Func<AddressPolicy, AddressList, AddressPolicy> set, AddressList nobody) =>
        new(name, Networks, byDefault, doc,
            (settings, text) => text.AsSpan().Trim().IsEmpty
                ? settings
                : With(settings, addresses => set(addresses, AddressList.Parse(text))))
        {
            Closed = (settings, _) => With(settings, addresses => set(addresses, nobody)),
            Instead = "everybody is answered 403 until it is repaired, but on Ingresses with a list of their own",
        };

    private static GlobalSettings With(GlobalSettings settings, Func<AddressPolicy, AddressPolicy> change) =>
        settings with { Routes = settings.Routes.WithAddresses(change) };
}
