using System.Text;
using YarpIngress.Observability.Metrics;

namespace YarpIngress.Tests.Observability;

/// <summary>What a scraper would get.</summary>
internal static class RegistryText
{
    public static async Task<string> TextAsync(this MetricRegistry registry, ExpositionFormat format = ExpositionFormat.Text)
    {
        using var text = new MemoryStream();
        await registry.WriteAsync(text, format, TestContext.Current.CancellationToken);
        return Encoding.UTF8.GetString(text.ToArray());
    }
}
