using YarpIngress.Translation.Model;

namespace YarpIngress.Translation.Settings;

/// <summary>The keys that block clients everywhere; see <see cref="BlockSettings"/>.</summary>
internal static class BlockKeys
{
    private const string Texts = "texts with commas between; ~ before one makes it a regular expression, ~* one that takes any case";

    public static readonly IReadOnlyList<GlobalKey> All =
    [
        Key("block-cidrs", "networks with commas between", "Clients that are answered 403, whatever they ask for.",
            (blocks, text) => blocks with { Networks = AddressList.Parse(text) }),
        Key("block-user-agents", Texts, "Values of User-Agent whose requests are answered 403, whatever they ask for.",
            (blocks, text) => blocks with { UserAgents = Read(text) }),
        Key("block-referers", Texts, "Values of Referer whose requests are answered 403, whatever they ask for.",
            (blocks, text) => blocks with { Referers = Read(text) }),
    ];

    private static EquatableArray<string> Read(string text)
    {
        string[] texts = [.. text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];
        foreach (var one in texts)
            _ = BlockedText.Expression(one);
        return texts.ToEquatableArray();
    }

    private static GlobalKey Key(string name, string values, string doc, Func<BlockSettings, string, BlockSettings> set) =>
        new(name, values, "none", doc,
            (settings, text) => text.AsSpan().Trim().IsEmpty ? settings : settings with { Blocks = set(settings.Blocks, text) })
        {
            Closed = (settings, _) => settings with { Blocks = settings.Blocks with { Broken = name } },
            Instead = "requests answer 503 until it is repaired, since it is not known whom it was to keep out",
        };
}
