using YarpIngress.Translation.Variables;

namespace YarpIngress.Translation.Model;

/// <summary>A route that answers with a redirect and has no request reach a pod.</summary>
public sealed record RedirectPolicy
{
    /// <summary>The Location; variables are filled in for each request.</summary>
    public required VariableText Location { get; init; }

    /// <summary>Status, 300 to 308.</summary>
    public required int Status { get; init; }

    /// <summary>Whether a slash at the end of the Location goes away, as <c>from-to-www-redirect</c> has it.</summary>
    public bool TrimsSlash { get; init; }
}
