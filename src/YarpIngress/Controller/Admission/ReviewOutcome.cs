using YarpIngress.Translation.Model;

namespace YarpIngress.Controller.Admission;

/// <summary>What a review came to.</summary>
/// <param name="Refusals">Why the object is refused; empty when it is not.</param>
/// <param name="Warnings">What its author should know all the same.</param>
internal sealed record ReviewOutcome(IReadOnlyList<Problem> Refusals, IReadOnlyList<Problem> Warnings)
{
    /// <summary>Nothing to say, or not ours to say.</summary>
    public static ReviewOutcome Nothing { get; } = new([], []);
}
