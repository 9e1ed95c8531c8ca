using YarpIngress.Translation.Settings;
using YarpIngress.Translation.Tests.Golden;

namespace YarpIngress.Translation.Tests.Docs;

public sealed class ConfigMapReferenceTests
{
    [Fact]
    public void The_documentation_is_what_the_definitions_say()
    {
        var file = Path.Combine(NginxAnnotations.Root, "docs", "configmap.md");
        var expected = ConfigMapReference.Write();
        if (GoldenFile.Rewrite)
            File.WriteAllText(file, expected);
        Assert.Equal(expected, File.ReadAllText(file));
    }

    [Fact]
    public void None_of_ingress_nginx_is_unknown() => Assert.Empty(
        NginxAnnotations.ConfigMapKeys.Except(GlobalKeys.ByName.Keys).Except(IgnoredKeys.ByName.Keys).Except(UnsupportedKeys.Names));

    [Fact]
    public void No_key_is_known_twice() => Assert.Equal(
        [], GlobalKeys.ByName.Keys.Intersect(IgnoredKeys.ByName.Keys).Concat(GlobalKeys.ByName.Keys.Intersect(UnsupportedKeys.Names)));

    [Fact]
    public void Every_definition_is_whole() => Assert.All(GlobalKeys.All, key =>
    {
        Assert.NotEmpty(key.Values);
        Assert.NotEmpty(key.Default);
        Assert.EndsWith(".", key.Doc, StringComparison.Ordinal);
    });
}
