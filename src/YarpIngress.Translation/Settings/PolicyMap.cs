using YarpIngress.Translation.Ingress.Annotations;
using YarpIngress.Translation.Model;

namespace YarpIngress.Translation.Settings;

/// <summary>A key of the ConfigMap with policies under names: one that is wrong closes what refers to it, and leaves the others.</summary>
internal static class PolicyMap
{
    /// <summary>A key whose policies are maps of fields.</summary>
    public static GlobalKey Key<T>(
        string name, string fields, string doc, Func<string, DialectFields, T> read,
        Func<NamedPolicies, EquatableArray<NamedPolicy<T>>, NamedPolicies> set) =>
        OfValues(
            name, $"YAML map of names and {fields}", doc,
            (policies, policy) => read(policy, policies.Inner(policy) ?? throw policies.Wrong(policy, "must be a map of fields")), set);

    /// <summary>A key whose policies are anything.</summary>
    public static GlobalKey OfValues<T>(
        string name, string values, string doc, Func<DialectFields, string, T> read,
        Func<NamedPolicies, EquatableArray<NamedPolicy<T>>, NamedPolicies> set) =>
        new(name, values, "none", doc, (settings, text) => Read(settings, name, text, read, set))
        {
            Instead = "no policy is defined, and routes that refer to one answer 503",
        };

    /// <summary>Reports the policies that are wrong.</summary>
    public static void Report(GlobalSettings settings, ProblemList problems)
    {
        foreach (var (key, name, error) in settings.Routes.Named.Broken)
            problems.Error(
                ProblemReasons.InvalidSetting, $"data.{key}",
                $"policy {Quoted.Value(name)} {error}; routes that refer to it answer 503, the other policies apply");
    }

    private static GlobalSettings Read<T>(
        GlobalSettings settings, string key, string text, Func<DialectFields, string, T> read,
        Func<NamedPolicies, EquatableArray<NamedPolicy<T>>, NamedPolicies> set)
    {
        var (good, broken) = (new List<NamedPolicy<T>>(), new List<BrokenPolicy>());
        var fields = DialectFields.Map(text);
        foreach (var name in fields.Names.ToList())
        {
            try
            {
                good.Add(new(name, read(fields, name)));
            }
            catch (FormatException error)
            {
                broken.Add(new(key, name, error.Message));
            }
        }
        var named = set(settings.Routes.Named, good.ToEquatableArray());
        named = named with { Broken = [.. named.Broken, .. broken] };
        return settings with { Routes = settings.Routes with { Named = named } };
    }
}
