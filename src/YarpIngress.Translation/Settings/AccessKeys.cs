using YarpIngress.Translation.Model;

namespace YarpIngress.Translation.Settings;

/// <summary>The keys about who may use routes.</summary>
internal static class AccessKeys
{
    public static readonly IReadOnlyList<GlobalKey> All =
    [
        new("no-auth-locations", "paths, commas between", "/.well-known/acme-challenge",
            "Routes whose path begins with one of these ask for no password and no external authentication.",
            (settings, text) => settings with
            {
                Routes = settings.Routes with { Access = settings.Routes.Access with { OpenPaths = Paths(text) } },
            }),
    ];

    private static EquatableArray<string> Paths(string text) =>
        [.. text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(Path)];

    private static string Path(string text) => text.Length > 1 && text[0] == '/'
        ? text
        : throw new FormatException(
            "must be a list of paths that begin with a slash, and none of them the root, which would open everything");
}
