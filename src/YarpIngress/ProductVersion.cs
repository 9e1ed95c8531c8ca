using System.Reflection;

namespace YarpIngress;

/// <summary>What this build is.</summary>
internal static class ProductVersion
{
    private static readonly string[] Parts =
        (typeof(ProductVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0")
        .Split('+', 2);

    /// <summary>The release, such as <c>0.1.0</c>.</summary>
    public static string Release => Parts[0];

    /// <summary>The commit that it was built from; empty when unknown.</summary>
    public static string Commit => Parts.Length > 1 ? Parts[1] : "";
}
