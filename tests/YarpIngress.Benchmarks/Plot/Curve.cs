namespace YarpIngress.Benchmarks.Plot;

/// <summary>One line of a plot.</summary>
/// <param name="Label">Written at its end.</param>
/// <param name="Emphasized">What the plot is about.</param>
/// <param name="Points">From left to right.</param>
internal sealed record Curve(string Label, bool Emphasized, IReadOnlyList<(double X, double Y)> Points);
