using System.Globalization;
using System.Net;
using System.Text;

namespace YarpIngress.Benchmarks.Plot;

/// <summary>Curves over two logarithmic axes as SVG, with colours that read on white and on black.</summary>
internal static class LogLogPlot
{
    private const double Width = 860, Height = 480, Left = 80, Right = 610, Top = 30, Bottom = 420, LabelSpace = 16;
    private static readonly string[] Others = ["#b45309", "#d97706", "#6b7280", "#0e7490", "#7c3aed"];
    private static readonly string[] Emphasized = ["#15803d", "#16a34a"];

    private const string Style =
        """
        <style>
          text { font: 13px system-ui, sans-serif; fill: #1f2937; }
          .grid { stroke: #d1d5db; stroke-width: 1; }
          @media (prefers-color-scheme: dark) {
            text { fill: #e5e7eb; } .grid { stroke: #4b5563; } .curve, .label { filter: brightness(1.4); }
          }
          .curve { fill: none; stroke-width: 1.8; }
          .emphasized { stroke-width: 3.5; }
        </style>
        """;

    public static string Svg(string xTitle, string yTitle, IReadOnlyList<Curve> curves)
    {
        var x = Axis.Around(curves.SelectMany(curve => curve.Points).Select(point => point.X), Left, Right);
        var y = Axis.Around(curves.SelectMany(curve => curve.Points).Select(point => point.Y), Bottom, Top);
        var svg = new StringBuilder();
        Add(svg, $"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {Height}" role="img" aria-label="{yTitle}">""");
        svg.AppendLine(Style);
        foreach (var tick in x.Ticks)
        {
            Add(svg, $"""<line class="grid" x1="{x.At(tick):0.#}" y1="{Top}" x2="{x.At(tick):0.#}" y2="{Bottom}"/>""");
            Add(svg, $"""<text x="{x.At(tick):0.#}" y="{Bottom + 20}" text-anchor="middle">{tick:#,0.###}</text>""");
        }

        foreach (var tick in y.Ticks)
        {
            Add(svg, $"""<line class="grid" x1="{Left}" y1="{y.At(tick):0.#}" x2="{Right}" y2="{y.At(tick):0.#}"/>""");
            Add(svg, $"""<text x="{Left - 8}" y="{y.At(tick) + 4:0.#}" text-anchor="end">{tick:#,0.###}</text>""");
        }

        Add(svg, $"""<text x="{(Left + Right) / 2}" y="{Height - 16}" text-anchor="middle">{WebUtility.HtmlEncode(xTitle)}</text>""");
        var turned = string.Create(CultureInfo.InvariantCulture, $"translate(18 {(Top + Bottom) / 2}) rotate(-90)");
        Add(svg, $"""<text transform="{turned}" text-anchor="middle">{WebUtility.HtmlEncode(yTitle)}</text>""");
        AddCurves(svg, curves, x, y);
        return svg.AppendLine("</svg>").ToString();
    }

    private static void AddCurves(StringBuilder svg, IReadOnlyList<Curve> curves, Axis x, Axis y)
    {
        var (others, emphasized, lastLabel) = (0, 0, double.NegativeInfinity);
        foreach (var curve in curves.OrderByDescending(curve => curve.Points[^1].Y))
        {
            var colour = curve.Emphasized ? Emphasized[emphasized++ % Emphasized.Length] : Others[others++ % Others.Length];
            var points = string.Join(' ', curve.Points.Select(
                point => string.Create(CultureInfo.InvariantCulture, $"{x.At(point.X):0.#},{y.At(point.Y):0.#}")));
            Add(svg, $"""<polyline class="curve{(curve.Emphasized ? " emphasized" : "")}" stroke="{colour}" points="{points}"/>""");
            foreach (var point in curve.Points)
                Add(svg, $"""<circle class="label" cx="{x.At(point.X):0.#}" cy="{y.At(point.Y):0.#}" r="3.5" fill="{colour}"/>""");

            // Labels at the ends, pushed down where they would lie on each other.
            lastLabel = Math.Max(y.At(curve.Points[^1].Y) + 4, lastLabel + LabelSpace);
            var label = WebUtility.HtmlEncode(curve.Label);
            Add(svg, $"""<text class="label" x="{Right + 12}" y="{lastLabel:0.#}" style="fill:{colour}">{label}</text>""");
        }
    }

    private static void Add(StringBuilder svg, FormattableString line) => svg.AppendLine(line.ToString(CultureInfo.InvariantCulture));
}
