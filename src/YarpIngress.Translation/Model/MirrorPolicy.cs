using YarpIngress.Translation.Variables;

namespace YarpIngress.Translation.Model;

/// <summary>Where copies of requests go; nobody waits for what comes of them.</summary>
public sealed record MirrorPolicy
{
    /// <summary>Of those that ask for nothing.</summary>
    public static MirrorPolicy None { get; } = new();

    /// <summary><c>mirror-target</c>: the URL of a copy.</summary>
    public VariableText? Target { get; init; }

    /// <summary><c>mirror-host</c>: the Host header of a copy; null is the host of the target.</summary>
    public string? Host { get; init; }

    /// <summary><c>mirror-request-body</c>: whether a copy has the request's body; true by default.</summary>
    public bool Body { get; init; } = true;
}
