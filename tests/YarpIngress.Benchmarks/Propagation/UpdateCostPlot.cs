using YarpIngress.Benchmarks.Plot;

namespace YarpIngress.Benchmarks.Propagation;

/// <summary>The plot in the documentation: what one change costs, against the number of hosts.</summary>
internal static class UpdateCostPlot
{
    private static readonly (string Label, string Who, string What)[] Curves =
    [
        ("stock YARP, a host added", "stock YARP", "host"),
        ("stock YARP, an endpoint moved", "stock YARP", "endpoint"),
        ("nginx, reload", "nginx", "reload"),
        ("haproxy, reload", "haproxy", "reload"),
        ("haproxy, set server", "haproxy", "set server"),
        ("YarpIngress, a host added", "YarpIngress", "host"),
        ("YarpIngress, an endpoint moved", "YarpIngress", "endpoint"),
    ];

    /// <summary>Writes it when the figures of all proxies at more than one size are there.</summary>
    public static void Write(IReadOnlyList<Figure> figures)
    {
        var curves = Curves.Select(curve => new Curve(
            curve.Label,
            curve.Who == "YarpIngress",
            [.. figures
                .Where(figure => figure.Who == curve.Who && figure.What == curve.What && !figure.UnderLoad)
                .Select(figure => ((double)figure.Size, figure.Times.At(0.5)))])).ToList();
        if (curves.TrueForAll(curve => curve.Points.Count > 1))
            File.WriteAllText(Repository.UpdateCostPlot, LogLogPlot.Svg("number of hosts", "milliseconds until a change is live", curves));
    }
}
