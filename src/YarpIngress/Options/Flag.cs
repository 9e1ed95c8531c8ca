namespace YarpIngress.Options;

/// <summary>What a flag does in this version.</summary>
internal enum FlagSupport
{
    /// <summary>What its description says.</summary>
    Works,

    /// <summary>A flag of ingress-nginx that has nothing to act on here; accepted and named in one log line when given.</summary>
    NoMeaning,
}

/// <summary>One flag: the single source of parsing, help and docs.</summary>
/// <param name="Name">Without dashes.</param>
/// <param name="Type">Word for its values.</param>
/// <param name="Default">As it would be written; empty for none.</param>
/// <param name="Doc">One or two sentences.</param>
/// <param name="Support">What it does in this version.</param>
/// <param name="Set">Reads the text into the options; throws <see cref="FormatException"/> saying what is allowed.</param>
internal sealed record Flag(
    string Name,
    string Type,
    string Default,
    string Doc,
    FlagSupport Support,
    Func<ControllerOptions, string, ControllerOptions> Set)
{
    private static readonly ControllerOptions Defaults = new();

    /// <summary>The environment variable that sets it.</summary>
    public string Variable { get; } = "YARPINGRESS_" + Name.Replace('-', '_').ToUpperInvariant();

    /// <summary>Whether it may stand without a value.</summary>
    public bool IsSwitch => Type == FlagTypes.Bool.Name;

    /// <summary>A flag that is bound to an option, whose default it takes.</summary>
    public static Flag Of<T>(
        string name,
        FlagType<T> type,
        Func<ControllerOptions, T> get,
        Func<ControllerOptions, T, ControllerOptions> set,
        string doc,
        FlagSupport support = FlagSupport.Works) =>
        new(name, type.Name, type.Format(get(Defaults)), doc, support, (options, text) => set(options, type.Parse(text)));

    /// <summary>A flag of ingress-nginx without meaning here: its value is checked and dropped.</summary>
    public static Flag Ignored<T>(string name, FlagType<T> type, string doc) =>
        new(name, type.Name, "", doc, FlagSupport.NoMeaning, (options, text) =>
        {
            type.Parse(text);
            return options;
        });
}
