namespace YarpIngress.Translation.Settings;

/// <summary>A key of the global ConfigMap.</summary>
/// <param name="Name">The key.</param>
/// <param name="Values">What is allowed, for people.</param>
/// <param name="Default">Its default, for people.</param>
/// <param name="Doc">What it does; one sentence.</param>
/// <param name="Set">Reads a value into the settings; throws <see cref="FormatException"/> for what is not allowed.</param>
public sealed record GlobalKey(string Name, string Values, string Default, string Doc, Func<GlobalSettings, string, GlobalSettings> Set)
{
    /// <summary>What a value that is not allowed makes of the settings, for what protects; null leaves them as they are.</summary>
    public Func<GlobalSettings, string, GlobalSettings>? Closed { get; init; }

    /// <summary>What applies when the value is not allowed, for people; null for the default.</summary>
    public string? Instead { get; init; }

    /// <summary>What is otherwise than in ingress-nginx; null for nothing.</summary>
    public string? Difference { get; init; }
}
