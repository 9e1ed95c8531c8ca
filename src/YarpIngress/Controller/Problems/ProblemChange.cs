using YarpIngress.Translation.Model;

namespace YarpIngress.Controller.Problems;

/// <summary>How the problems of one object changed.</summary>
internal sealed record ProblemChange(
    ProblemObject Object, IReadOnlyList<Problem> Added, IReadOnlyList<Problem> Removed, IReadOnlyList<Problem> Current);
