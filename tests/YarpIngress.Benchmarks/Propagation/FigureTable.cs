using System.Globalization;

namespace YarpIngress.Benchmarks.Propagation;

/// <summary>The figures as people read them.</summary>
internal static class FigureTable
{
    public const string Head =
        "                                             until a client sees it (ms)      the gateway's own clock (ms)\n"
        + "   hosts  proxy, change                 load    first      p50      p99      max     mean   p99 <=   max <=";

    public static string Row(Figure figure)
    {
        var load = figure.UnderLoad ? "load" : "idle";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{figure.Size,8:N0}  {figure.Who + ", " + figure.What,-28}  {load} {Seen(figure)}{Clock(figure)}");
    }

    private static string Seen(Figure figure) => figure.Times.At(1) == 0
        ? $"{"-",8} {"-",8} {"-",8} {"-",8}"
        : string.Join(
            ' ', Text(figure.First.TotalMilliseconds), Text(figure.Times.At(0.5)), Text(figure.Times.At(0.99)), Text(figure.Times.At(1)));

    private static string Clock(Figure figure) => figure.OwnClock is not { Count: > 0 } own
        ? ""
        : $" {Text(own.MeanMilliseconds, "0.000")} {Text(own.MillisecondsAt(0.99), "0.##")} {Text(own.MillisecondsAt(1), "0.##")}";

    private static string Text(double milliseconds, string? format = null) =>
        milliseconds.ToString(format ?? (milliseconds < 1000 ? "0.00" : "0"), CultureInfo.InvariantCulture).PadLeft(8);
}
