namespace YarpIngress.Tests.Dashboard;

/// <summary>Scripts that compute what the Web Content Accessibility Guidelines call luminance and contrast.</summary>
internal static class Contrast
{
    private const string Colours = """
        const channel = value => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
        const luminance = ([r, g, b]) => 0.2126 * channel(r / 255) + 0.7152 * channel(g / 255) + 0.0722 * channel(b / 255);
        const parse = text => text.match(/[\d.]+/g).map(Number);
        const ground = element => {
          for (let e = element; e !== null; e = e.parentElement) {
            const color = parse(getComputedStyle(e).backgroundColor);
            if (color.length === 3 || color[3] > 0) return color;
          }
          return [255, 255, 255];
        };
        """;

    /// <summary>Luminance of the ground of the element that a selector names.</summary>
    public const string Luminance = $"selector => {{ {Colours} return luminance(ground(document.querySelector(selector))); }}";

    /// <summary>Contrast of the text of the element that a selector names with its ground, 1 to 21.</summary>
    public const string OfText = $$"""
        selector => { {{Colours}}
          const element = document.querySelector(selector);
          const [a, b] = [luminance(parse(getComputedStyle(element).color)), luminance(ground(element))];
          return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
        }
        """;
}
