using YarpIngress.Translation.Settings;

namespace YarpIngress.Pipeline.Compression;

/// <summary>How answers are compressed from now on.</summary>
internal sealed class CompressionDefaults
{
    private volatile CompressionRules? _current;

    /// <summary>Null when none is.</summary>
    public CompressionRules? Current => _current;

    /// <summary>Follows the global settings.</summary>
    public void Set(CompressionSettings settings) => _current = CompressionRules.Of(settings);
}
