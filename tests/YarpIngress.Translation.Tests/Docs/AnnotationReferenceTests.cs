using YarpIngress.Kubernetes.Models;
using YarpIngress.Translation.Ingress;
using YarpIngress.Translation.Ingress.Annotations;
using YarpIngress.Translation.Model;
using YarpIngress.Translation.Tests.Golden;

namespace YarpIngress.Translation.Tests.Docs;

public sealed class AnnotationReferenceTests
{
    public static TheoryData<string> Examples() =>
        [.. IngressAnnotations.All.Where(one => one.Example is not null).Select(one => one.Name)];

    [Fact]
    public void The_documentation_is_what_the_definitions_say()
    {
        var file = Path.Combine(NginxAnnotations.Root, "docs", "annotations.md");
        var expected = AnnotationReference.Write();
        if (GoldenFile.Rewrite)
            File.WriteAllText(file, expected);
        Assert.Equal(expected, File.ReadAllText(file));
    }

    [Fact]
    public void None_of_ingress_nginx_is_unknown() =>
        Assert.Empty(NginxAnnotations.Names.Except(IngressAnnotations.ByName.Keys).Except(UnsupportedAnnotations.ByName.Keys));

    [Fact]
    public void Every_definition_is_whole() => Assert.All(IngressAnnotations.All, one =>
    {
        Assert.NotEmpty(one.Values);
        Assert.NotEmpty(one.Default);
        Assert.NotEmpty(one.Doc);
        Assert.False(string.IsNullOrEmpty(one.Example) && string.IsNullOrEmpty(one.Difference), $"{one.Name} has no example");
    });

    /// <summary>Some are an error without another one.</summary>
    private static (string Name, string Value) With(string name) => name switch
    {
        "proxy-redirect-from" => ("proxy-redirect-to", "true"),
        "auth-type" => ("auth-secret", "site-users"),
        "auth-secret" => ("auth-type", "basic"),
        _ => ("enable-access-log", "true"),
    };

    [Theory]
    [MemberData(nameof(Examples))]
    public void Every_example_is_allowed(string name)
    {
        var annotation = IngressAnnotations.ByName[name];
        var ingress = new V1Ingress
        {
            Metadata = new V1ObjectMeta
            {
                Name = "web",
                NamespaceProperty = "default",
                Annotations = new()
                {
                    [$"{IngressAnnotations.OwnPrefix}/{name}"] = annotation.Example!,
                    [$"{IngressAnnotations.OwnPrefix}/{With(name).Name}"] = With(name).Value,
                },
            },
            Spec = new V1IngressSpec { Rules = [new V1IngressRule { Host = "a.example.com", Http = new() { Paths = [] } }] },
        };
        // A warning says at most that it has no effect without another one.
        Assert.DoesNotContain(
            IngressParser.Parse(ingress, new TranslationSettings()).Problems, problem => problem.Severity is ProblemSeverity.Error);
    }
}
