using System.Collections.Frozen;
using System.IO.Compression;
using System.Security.Cryptography;

namespace YarpIngress.Observability.Dashboard;

/// <summary>The files of the page, as they are embedded in the binary.</summary>
internal static class DashboardAssets
{
    private const string Prefix = "dashboard/";

    private static readonly Lazy<FrozenDictionary<string, DashboardAsset>> All = new(Load);

    /// <summary>The file of this name, such as <c>index.html</c>; null when there is none.</summary>
    public static DashboardAsset? Find(string name) => All.Value.GetValueOrDefault(name);

    private static FrozenDictionary<string, DashboardAsset> Load()
    {
        var assembly = typeof(DashboardAssets).Assembly;
        return assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(name =>
            {
                using var stream = assembly.GetManifestResourceStream(name) ?? Stream.Null;
                using var content = new MemoryStream();
                stream.CopyTo(content);
                return DashboardAsset.Of(name[Prefix.Length..], content.ToArray());
            })
            .ToFrozenDictionary(asset => asset.Name);
    }
}

/// <summary>One file of the page.</summary>
internal sealed record DashboardAsset(string Name, string ContentType, string ETag, byte[] Content, byte[] Gzip)
{
    public static DashboardAsset Of(string name, byte[] content)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal))
            gzip.Write(content);
        var tag = $"\"{Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 8))}\"";
        return new DashboardAsset(name, TypeOf(name), tag, content, packed.ToArray());
    }

    private static string TypeOf(string name) => Path.GetExtension(name) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".svg" => "image/svg+xml",
        var other => throw new InvalidOperationException($"the dashboard has a file {name}, and {other} has no media type here"),
    };
}
