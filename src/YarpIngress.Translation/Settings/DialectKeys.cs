using YarpIngress.Translation.Ingress.Annotations;
using YarpIngress.Translation.Model;

namespace YarpIngress.Translation.Settings;

/// <summary>Policies that YARP's dialect refers to by name.</summary>
internal static class DialectKeys
{
    public static readonly IReadOnlyList<GlobalKey> All =
    [
        new("timeout-policies", "YAML map of names and times as 00:00:10", "none",
            "Timeouts that the annotation timeout-policy refers to. A key of ours.",
            (settings, text) => With(settings, named => named with { Timeouts = TimeoutsOf(text) })),
        new("cors-policies", "YAML map of names and AllowOrigins, AllowMethods, AllowHeaders, ExposeHeaders, AllowCredentials and MaxAge",
            "none", "What other sites' pages may do, that the annotation cors-policy refers to. A key of ours.",
            (settings, text) => With(settings, named => named with { Cors = CorsPolicies.Of(text) })),
    ];

    private static GlobalSettings With(GlobalSettings settings, Func<NamedPolicies, NamedPolicies> change) =>
        settings with { Routes = settings.Routes with { Named = change(settings.Routes.Named) } };

    private static EquatableArray<NamedTimeout> TimeoutsOf(string text)
    {
        var fields = DialectFields.Map(text);
        return fields.Names.ToList().Select(name => new NamedTimeout(
            name, fields.Time(name) ?? throw fields.Wrong(name, "must be a time as 00:00:10"))).ToEquatableArray();
    }
}
