using YarpIngress.Translation.Ingress.Annotations;
using YarpIngress.Translation.Model;

namespace YarpIngress.Translation.Settings;

/// <summary>
/// Keys of the global ConfigMap that nothing here acts on. A protection that all Ingresses are to have and none can be given
/// closes them.
/// </summary>
internal static class UnsupportedKeys
{
    private static readonly HashSet<string> Protections = new(StringComparer.Ordinal)
    {
        "enable-modsecurity",
    };

    private static readonly HashSet<string> Snippets = new(StringComparer.Ordinal)
    {
        "main-snippet", "http-snippet", "server-snippet", "location-snippet", "stream-snippet", "global-auth-snippet",
        "modsecurity-snippet",
    };

    /// <summary>What is refused.</summary>
    public static IEnumerable<string> Names => Protections.Concat(Snippets);

    /// <summary>Reports a key that is not in <see cref="GlobalKeys.All"/>.</summary>
    public static GlobalSettings Read(GlobalSettings settings, string name, string text, ProblemList problems)
    {
        var field = $"data.{name}";
        if (UnsupportedByDesign.Off.Contains(text.Trim()) && (Protections.Contains(name) || Snippets.Contains(name)))
            return settings;
        if (Protections.Contains(name))
        {
            problems.Error(
                ProblemReasons.UnsupportedSetting, field,
                $"key {name} protects every Ingress, and this version can't give that protection; requests answer 503 until it is removed");
            return Close(settings, name);
        }
        if (Snippets.Contains(name))
        {
            var protecting = SnippetDirectives.Of(text).FirstOrDefault(directive => directive.Protects).Name;
            var effect = protecting is null
                ? "it has no effect"
                : $"requests answer 503, since {protecting} in it refuses requests that would be served without";
            problems.Error(ProblemReasons.UnsupportedSetting, field,
                $"key {name} is text for nginx's configuration, which does not exist here; {effect}");
            return protecting is null ? settings : Close(settings, name);
        }
        if (IgnoredKeys.ByName.TryGetValue(name, out var ignored))
        {
            if (!ignored.Nothing.Contains(text.Trim()))
                problems.Warning(ProblemReasons.UnsupportedSetting, field, $"key {name} has no effect: {ignored.Reason}");
            return settings;
        }
        var nearest = NearestName.Find(name, GlobalKeys.ByName.Keys, Math.Clamp(name.Length / 4, 1, 3)) is { } match
            ? $"; did you mean {match}?"
            : "";
        problems.Warning(
            ProblemReasons.UnknownSetting, field, $"key {Quoted.Value(name)} is not known to this version; it has no effect{nearest}");
        return settings;
    }

    /// <summary>Closes all routes for the sake of a key.</summary>
    private static GlobalSettings Close(GlobalSettings settings, string name) => GlobalAuthKeys.IsOne(name)
        ? GlobalAuthKeys.Close(settings, name)
        : settings with { Routes = settings.Routes with { Denied = settings.Routes.Denied ?? name } };
}
