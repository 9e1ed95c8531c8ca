using System.Text;
using YarpIngress.Kubernetes;
using YarpIngress.Kubernetes.Models;
using YarpIngress.Pipeline.Headers;
using YarpIngress.Proxy.Routing;
using YarpIngress.Translation;
using YarpIngress.Translation.Ingress;
using YarpIngress.Translation.Ingress.Annotations;
using YarpIngress.Translation.Settings;

namespace YarpIngress.Tests.Hardening;

/// <summary>Random and damaged input for the parsers: no exception, no hang, no more memory than the input is worth.</summary>
public sealed class ParserFuzzTests
{
    // What a parser may allocate for a value of some bytes: objects, lists, problems and their messages, compiled expressions.
    private const long Allowance = 8 * 1024 * 1024;

    private const string Alphabet = "/%.;\\?#@:[]()*+{}|^$,&=~!-_ \t\r\n\0\"'<>0123456789abcdefgxzABCDEFZ\u00e9\u0130\u212a\uD83D\uDE00\uD800";

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void PathsAndHostsAreReadWhateverTheyAre(int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < 200_000; i++)
        {
            var text = RandomText(random, random.Next(40));
            if (RequestPath.TryFindPathAndQuery(text, out var start))
            {
                var scratch = new char[text.Length - start + 1];
                if (RequestPath.TryNormalize(text.AsSpan(start), scratch, out var path))
                {
                    Assert.StartsWith("/", path.ToString());
                    Assert.DoesNotContain(path.ToString().Split('/')[1..^1], element => element is "" or "." or "..");
                    // What was read once is read again as the same, but for what it still has encoded.
                    if (RequestPath.IsNormal(path) && !path.Contains('?'))
                    {
                        Assert.True(RequestPath.TryNormalize(path, scratch, out var again));
                        Assert.Equal(path.ToString(), again.ToString());
                    }
                }
                _ = PathReadings.Any(text.AsSpan(start), static (reading, _) => reading.Length == 0 || reading[0] != '/', 0);
            }
            if (RequestHost.TryParse(text, out var host))
                Assert.True(host.Length > 0 && !host.ContainsAny("/@\\ \r\n,"));
            _ = RequestHeaderRules.NamedBy(text);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void AnnotationsOfAnyValueAreProblemsOrPolicies(int seed)
    {
        var random = new Random(seed);
        foreach (var annotation in IngressAnnotations.All)
        {
            for (var i = 0; i < 25; i++)
            {
                var value = Value(random, annotation.Example ?? annotation.Values);
                var before = GC.GetAllocatedBytesForCurrentThread();
                _ = IngressParser.Parse(Ingress($"nginx.ingress.kubernetes.io/{annotation.Name}", value), new TranslationSettings());
                var cost = GC.GetAllocatedBytesForCurrentThread() - before;
                Assert.True(
                    cost < Allowance,
                    $"{annotation.Name}: {cost} bytes for {value.Length} characters: {value[..Math.Min(200, value.Length)]}");
            }
        }
    }

    [Fact]
    public void SettingsOfAnyValueAreProblemsOrSettings()
    {
        var random = new Random(1);
        foreach (var key in GlobalKeys.All)
        {
            for (var i = 0; i < 25; i++)
            {
                var value = Value(random, key.Default);
                var before = GC.GetAllocatedBytesForCurrentThread();
                _ = GlobalSettingsReader.Read(
                    new ObjectKey("default", "global"), new V1ConfigMap { Data = new Dictionary<string, string> { [key.Name] = value } });
                var cost = GC.GetAllocatedBytesForCurrentThread() - before;
                Assert.True(
                    cost < Allowance, $"{key.Name}: {cost} bytes for {value.Length} characters: {value[..Math.Min(200, value.Length)]}");
            }
        }
    }

    private static string Value(Random random, string seed) => random.Next(6) switch
    {
        0 => RandomText(random, random.Next(60)),
        1 => "",
        2 => string.Concat(Enumerable.Repeat(seed + ",", 500)),
        3 => new string("(9a/,"[random.Next(5)], 10_000),
        _ => Damaged(random, seed),
    };

    private static string Damaged(Random random, string seed)
    {
        var text = new StringBuilder(seed);
        for (var count = random.Next(1, 5); count > 0; count--)
        {
            var at = random.Next(text.Length + 1);
            if (random.Next(3) == 0 && text.Length > 0)
                text.Remove(Math.Min(at, text.Length - 1), 1);
            else
                text.Insert(at, RandomText(random, random.Next(1, 4)));
        }
        return text.ToString();
    }

    private static string RandomText(Random random, int length)
    {
        var text = new char[length];
        for (var i = 0; i < length; i++)
            text[i] = Alphabet[random.Next(Alphabet.Length)];
        // Mostly what begins as a path.
        if (length > 0 && random.Next(4) > 0)
            text[0] = '/';
        return new string(text);
    }

    private static V1Ingress Ingress(string annotation, string value) => new()
    {
        Metadata = new V1ObjectMeta
        {
            Name = "web",
            NamespaceProperty = "default",
            Annotations = new Dictionary<string, string> { [annotation] = value },
        },
        Spec = new V1IngressSpec
        {
            Rules =
            [
                new V1IngressRule
                {
                    Host = "a.io",
                    Http = new V1HTTPIngressRuleValue
                    {
                        Paths =
                        [
                            new V1HTTPIngressPath
                            {
                                Path = "/(a|b)*",
                                PathType = "ImplementationSpecific",
                                Backend = new V1IngressBackend
                                {
                                    Service = new V1IngressServiceBackend { Name = "web", Port = new V1ServiceBackendPort { Number = 80 } },
                                },
                            },
                        ],
                    },
                },
            ],
        },
    };
}
