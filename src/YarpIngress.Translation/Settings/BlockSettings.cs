using YarpIngress.Translation.Model;

namespace YarpIngress.Translation.Settings;

/// <summary>Requests that are answered 403 whatever they ask for.</summary>
public sealed record BlockSettings
{
    /// <summary>Of settings that block nobody.</summary>
    public static BlockSettings Nobody { get; } = new();

    /// <summary><c>block-cidrs</c>: by the client's address; null for none.</summary>
    public AddressList? Networks { get; init; }

    /// <summary><c>block-user-agents</c>: whole values of User-Agent in any case, or expressions behind <c>~</c> or <c>~*</c>.</summary>
    public EquatableArray<string> UserAgents { get; init; }

    /// <summary><c>block-referers</c>: the same of Referer.</summary>
    public EquatableArray<string> Referers { get; init; }

    /// <summary>
    /// The key whose value is not allowed: it is not known who is to be blocked, and everything is answered 503. Null when there
    /// is none.
    /// </summary>
    public string? Broken { get; init; }
}
