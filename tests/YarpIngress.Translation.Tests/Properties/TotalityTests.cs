using System.Text.Json;
using System.Text.Json.Nodes;
using YarpIngress.Commands;
using YarpIngress.Controller.Cache;
using YarpIngress.Controller.Updates;
using YarpIngress.Kubernetes;
using YarpIngress.Kubernetes.Models;
using YarpIngress.Translation.Model;
using YarpIngress.Translation.Tests.Golden;

namespace YarpIngress.Translation.Tests.Properties;

/// <summary>Nothing that a tenant writes throws: the objects of the golden files with random holes and random junk in them.</summary>
public sealed class TotalityTests
{
    private static readonly string?[] Junk =
    [
        "", " ", "/", "*", "*.", ".", "-", ":", "::", "..", "{", "a/b:c", "\0", "\u2028", "\ud800", "ü", "0", "-1", "99999999999", "xn--",
        "1.2.3.4", "[::1]", "%", "localhost", "TCP", "UDP", "IPv6",
        "FQDN", "http", "ExternalName", "true", new string('a', 300), new string('/', 5000),
    ];

    [Fact]
    public void No_object_throws()
    {
        var random = new Random(11);
        var documents = GoldenFile.Cases().SelectMany(name => ManifestReader.ReadFile(GoldenFile.Input(name)))
            .Select(d => d.Object).ToList();
        var time = new FixedTime(FixedTime.Golden);
        for (var round = 0; round < 150; round++)
        {
            var cache = new ClusterCache(
                new TranslationSettings { WatchIngressWithoutClass = true, DefaultBackendService = new ObjectKey("default", "web") });
            var translation = new ClusterTranslation(cache, time);
            for (var i = 0; i < 60; i++)
            {
                var document = (JsonObject)documents[random.Next(documents.Count)].DeepClone();
                for (var damage = random.Next(8); damage > 0; damage--)
                    Damage(document, random);
                Set(cache, document);
                if (random.Next(10) == 0)
                    translation.Drain();
            }

            translation.Drain();
            YamlText.Write(TextWriter.Null, TranslateOutput.Document(translation, cache.DefaultBackend));
            Assert.All(translation.Problems.All, CheckText);
            Assert.All(translation.Backends.Values.SelectMany(b => b.Backend.Endpoints), e => Assert.InRange(e.Port, 1, 65535));
        }
    }

    [Fact]
    public void Objects_without_anything_are_fine()
    {
        var cache = new ClusterCache(new TranslationSettings { WatchIngressWithoutClass = true });
        cache.Set(new V1Ingress());
        cache.Set(new V1IngressClass());
        cache.Set(new V1Service());
        cache.Set(new V1EndpointSlice());
        cache.Set(new V1Endpoints());
        cache.Set(new V1Secret());
        var change = new ClusterTranslation(cache, TimeProvider.System).Drain();
        Assert.Equal(ProblemReasons.InvalidObject, Assert.Single(Assert.Single(change.Problems).Added).Reason);
    }

    private static void CheckText(Problem problem)
    {
        Assert.DoesNotContain(problem.Message, char.IsControl);
        Assert.DoesNotContain(problem.Message, char.IsSurrogate);
        Assert.InRange(problem.Message.Length, 1, 1024);
    }

    /// <summary>Replaces, removes or empties a random node of the tree.</summary>
    private static void Damage(JsonNode node, Random random)
    {
        switch (node)
        {
            case JsonObject { Count: > 0 } map:
                var name = map.ElementAt(random.Next(map.Count)).Key;
                if (map[name] is { } child && random.Next(4) != 0)
                    Damage(child, random);
                else if (name is not ("kind" or "apiVersion"))
                    map[name] = Replacement(map[name], random);
                break;
            case JsonArray { Count: > 0 } list:
                var index = random.Next(list.Count);
                if (list[index] is { } item && random.Next(4) != 0)
                    Damage(item, random);
                else
                    list[index] = Replacement(list[index], random);
                break;
        }
    }

    private static JsonNode? Replacement(JsonNode? former, Random random) => (former?.GetValueKind(), random.Next(3)) switch
    {
        (_, 0) => null,
        (JsonValueKind.String, _) => JsonValue.Create(Junk[random.Next(Junk.Length)]),
        (JsonValueKind.Number, _) => JsonValue.Create(random.Next(5) switch { 0 => 0, 1 => -1, 2 => 65536, 3 => int.MaxValue, _ => 53 }),
        (JsonValueKind.Array, _) => new JsonArray(null, null),
        (JsonValueKind.Object, _) => new JsonObject(),
        _ => null,
    };

    private static void Set(ClusterCache cache, JsonObject document)
    {
        var kind = document["kind"]?.GetValue<string>();
        try
        {
            switch (kind)
            {
                case "Ingress":
                    cache.Set(Decode<V1Ingress>(document));
                    break;
                case "IngressClass":
                    cache.Set(Decode<V1IngressClass>(document));
                    break;
                case "Service":
                    cache.Set(Decode<V1Service>(document));
                    break;
                case "EndpointSlice":
                    cache.Set(Decode<V1EndpointSlice>(document));
                    break;
                case "Endpoints":
                    cache.Set(Decode<V1Endpoints>(document));
                    break;
                case "Secret":
                    cache.Set(Decode<V1Secret>(document));
                    break;
            }
        }
        catch (JsonException)
        {
            cache.SetMalformed(kind!, new ObjectKey("default", "broken"), "wrong type");
        }
    }

    private static T Decode<T>(JsonObject document)
        where T : class, IKubernetesObject<T>
    {
        var value = document.Deserialize(T.Resource.JsonType)!;
        // No API server lets such an object in; a client that gets one all the same calls it malformed.
        if (value.Metadata is null || !HostName.IsDnsName(value.Metadata.Name))
            throw new JsonException("no metadata");
        value.Metadata.NamespaceProperty ??= "default";
        return value;
    }
}
