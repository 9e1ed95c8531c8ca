using YarpIngress.Translation.Variables;

namespace YarpIngress.Translation.Model;

/// <summary>Which path a pod gets instead of the client's.</summary>
public sealed record RewritePolicy
{
    /// <summary>
    /// <c>rewrite-target</c>: the new path, and a query if there is one in it; <c>$1</c> to <c>$9</c> are what the groups of the
    /// route's path captured.
    /// </summary>
    public required VariableText Target { get; init; }

    /// <summary><c>x-forwarded-prefix</c>: the X-Forwarded-Prefix header that goes with it; null sends none.</summary>
    public VariableText? ForwardedPrefix { get; init; }
}
