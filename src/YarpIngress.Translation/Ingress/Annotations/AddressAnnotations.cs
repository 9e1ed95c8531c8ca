using YarpIngress.Translation.Model;

namespace YarpIngress.Translation.Ingress.Annotations;

/// <summary>Who may use the routes of an Ingress, by address; see <see cref="AddressPolicy"/>.</summary>
internal static class AddressAnnotations
{
    private const string Networks = "networks with commas between";

    public static readonly IReadOnlyList<Annotation> All =
    [
        new("allowlist-source-range", AnnotationRisk.Medium, Networks, "as the ConfigMap's whitelist-source-range says, else everybody",
            "The clients that may use the routes; others are answered 403, after redirects and preflight requests. Replaces the "
            + "ConfigMap's list.",
            (policies, text) => policies.WithAddresses(addresses => addresses with { Allowed = AddressList.Parse(text) }))
        {
            Aliases = ["whitelist-source-range"],
            Example = "10.0.0.0/8, 192.0.2.1, 2001:db8::/32",
            FailsClosed = true,
        },
        new("denylist-source-range", AnnotationRisk.Medium, Networks, "as the ConfigMap's denylist-source-range says, else nobody",
            "The clients that are answered 403, even those that allowlist-source-range names. Replaces the ConfigMap's list.",
            (policies, text) => policies.WithAddresses(addresses => addresses with { Refused = AddressList.Parse(text) }))
        {
            Example = "203.0.113.0/24",
            FailsClosed = true,
        },
    ];
}
