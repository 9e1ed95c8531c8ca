namespace YarpIngress.Benchmarks.Plot;

/// <summary>A logarithmic axis over whole decades.</summary>
/// <param name="Least">Exponent of ten at its begin.</param>
/// <param name="Most">Exponent of ten at its end.</param>
/// <param name="From">Where it begins in the picture.</param>
/// <param name="To">Where it ends.</param>
internal sealed record Axis(int Least, int Most, double From, double To)
{
    public IEnumerable<double> Ticks => Enumerable.Range(Least, Most - Least + 1).Select(exponent => Math.Pow(10, exponent));

    public static Axis Around(IEnumerable<double> values, double from, double to)
    {
        var all = values.ToList();
        return new Axis((int)Math.Floor(Math.Log10(all.Min())), (int)Math.Ceiling(Math.Log10(all.Max())), from, to);
    }

    public double At(double value) => From + ((Math.Log10(value) - Least) / (Most - Least) * (To - From));
}
