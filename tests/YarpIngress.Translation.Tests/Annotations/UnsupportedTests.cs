using YarpIngress.Kubernetes;
using YarpIngress.Kubernetes.Models;
using YarpIngress.Translation.Ingress;
using YarpIngress.Translation.Ingress.Annotations;
using YarpIngress.Translation.Model;
using YarpIngress.Translation.Settings;

namespace YarpIngress.Translation.Tests.Annotations;

public sealed class UnsupportedTests
{
    [Theory]
    [InlineData("auht-url", "auth-url")]
    [InlineData("auth_url", "auth-url")]
    [InlineData("Auth-URL", "auth-url")]
    [InlineData("whitelist-source-ranges", "whitelist-source-range")]
    [InlineData("enable-opentelemtry", "enable-opentelemetry")]
    [InlineData("limit-rpss", "limit-rps")]
    [InlineData("something-else", null)]
    [InlineData("", null)]
    public void A_typo_is_told_from_a_stranger(string name, string? meant) => Assert.Equal(meant, UnsupportedAnnotations.Nearest(name));

    [Fact]
    public void A_very_long_name_is_nobodys_typo() => Assert.Null(UnsupportedAnnotations.Nearest(new string('a', 100_000)));

    [Fact]
    public void None_is_without_words() => Assert.All(UnsupportedAnnotations.ByName.Values, one =>
    {
        Assert.NotEmpty(one.Values);
        Assert.NotEmpty(one.Reason);
        Assert.NotEmpty(one.Instead);
        Assert.DoesNotContain(one.Name, IngressAnnotations.ByName.Keys);
    });

    [Theory]
    [InlineData("global-auth-url", "https://auth.example.com", null)]
    [InlineData("global-auth-url", "auth.example.com", "global-auth-url")]
    [InlineData("global-auth-response-headers", "X User", "global-auth-response-headers")]
    [InlineData("global-auth-signin", "javascript:x", null)]
    [InlineData("location-snippet", "deny all;", "location-snippet")]
    [InlineData("server-snippet", "add_header A b;", null)]
    [InlineData("enable-modsecurity", "false", null)]
    [InlineData("generate-request-ids", "true", null)]
    public void A_protection_of_the_ConfigMap_closes_every_route(string key, string value, string? denied) =>
        Assert.Equal(denied, UnreadableAuth.Close(Read((key, value)).Settings.Routes).Denied);

    [Fact]
    public void A_key_with_a_typo_is_told() => Assert.EndsWith(
        "; did you mean generate-request-id?", Assert.Single(Read(("generate-request-ids", "true")).Problems).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Only_global_authentication_can_be_left_out()
    {
        Dictionary<string, string> optOut = new() { ["nginx.ingress.kubernetes.io/enable-global-auth"] = "false" };
        Assert.Null(Policies(optOut, Read(("global-auth-url", "a")).Settings).Denied);
        Assert.NotNull(Policies(optOut, Read(("global-auth-url", "a"), ("enable-modsecurity", "true")).Settings).Denied);
        Assert.NotNull(Policies([], Read(("global-auth-url", "a")).Settings).Denied);
        // What the Ingress's own annotations close stays closed.
        optOut["nginx.ingress.kubernetes.io/enable-modsecurity"] = "true";
        Assert.Equal(
            "nginx.ingress.kubernetes.io/enable-modsecurity", Policies(optOut, Read(("global-auth-url", "a")).Settings).Denied);
    }

    private static RoutePolicies Policies(Dictionary<string, string> annotations, GlobalSettings settings)
    {
        var problems = new ProblemList(new ProblemObject("Ingress", new ObjectKey("default", "web")));
        return UnreadableAuth.Close(IngressAnnotations.Read(
            new AnnotationSource(new ObjectKey("default", "web"), annotations, new TranslationSettings(), problems) { Global = settings },
            settings.Routes));
    }

    private static (GlobalSettings Settings, EquatableArray<Problem> Problems) Read(params (string Key, string Value)[] data) =>
        GlobalSettingsReader.Read(
            new ObjectKey("default", "global"), new V1ConfigMap { Data = data.ToDictionary(one => one.Key, one => one.Value) });
}
