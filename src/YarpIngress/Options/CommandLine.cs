namespace YarpIngress.Options;

/// <summary>An option of a command of its own, such as <c>-f PATH</c>: takes a value and may be repeated.</summary>
/// <param name="Short">One letter.</param>
/// <param name="Name">Long name.</param>
internal readonly record struct CommandOption(char Short, string Name);

/// <summary>A command line and environment, read.</summary>
internal sealed record CommandLine
{
    /// <summary>What the flags decide.</summary>
    public required ControllerOptions Options { get; init; }

    /// <summary>Values of the command's own options, by long name.</summary>
    public required ILookup<string, string> Values { get; init; }

    /// <summary>What is neither flag nor value.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>The flags that arguments or the environment set.</summary>
    public required IReadOnlyList<Flag> Given { get; init; }

    /// <summary>Given flags of ingress-nginx that have no meaning here.</summary>
    public required IReadOnlyList<Flag> NoMeaning { get; init; }
}
