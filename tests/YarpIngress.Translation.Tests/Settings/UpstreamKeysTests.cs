using YarpIngress.Kubernetes;
using YarpIngress.Kubernetes.Models;
using YarpIngress.Translation.Model;
using YarpIngress.Translation.Settings;

namespace YarpIngress.Translation.Tests.Settings;

/// <summary>The global ConfigMap's keys about upstreams and bodies.</summary>
public sealed class UpstreamKeysTests
{
    [Fact]
    public void Each_key_is_the_default_of_its_annotation()
    {
        var settings = Read(new()
        {
            ["proxy-connect-timeout"] = "2",
            ["proxy-read-timeout"] = "120",
            ["proxy-send-timeout"] = "60",
            ["proxy-http-version"] = "1.0",
            ["service-upstream"] = "true",
            ["proxy-next-upstream"] = "error http_503",
            ["proxy-next-upstream-timeout"] = "7",
            ["proxy-next-upstream-tries"] = "2",
            ["retry-non-idempotent"] = "true",
            ["proxy-body-size"] = "16m",
            ["client-body-buffer-size"] = "32k",
            ["proxy-request-buffering"] = "off",
            ["proxy-buffering"] = "on",
            ["proxy-buffer-size"] = "128k",
            ["proxy-buffers-number"] = "8",
            ["proxy-max-temp-file-size"] = "0",
            ["upstream-keepalive-connections"] = "10",
            ["upstream-keepalive-timeout"] = "30",
            ["upstream-keepalive-time"] = "1h",
            ["upstream-keepalive-requests"] = "100",
            ["proxy-ssl-location-only"] = "true",
        });
        Assert.Equal(
            new BackendPolicy
            {
                ConnectTimeout = TimeSpan.FromSeconds(2),
                ReadTimeout = TimeSpan.FromSeconds(120),
                Http10 = true,
                ServiceUpstream = true,
                NextUpstream = new(
                    NextUpstreamConditions.Error | NextUpstreamConditions.Http503 | NextUpstreamConditions.NonIdempotent, 2,
                    TimeSpan.FromSeconds(7)),
                MaximumHeadSize = 128 * 1024,
            },
            settings.Routes.Backend);
        Assert.Equal(16L * 1024 * 1024, settings.Routes.MaximumBodySize);
        Assert.Equal(
            new BufferingPolicy
            {
                RequestMemory = 32 * 1024,
                Responses = true,
                BufferSize = 128 * 1024,
                Buffers = 8,
                MaximumFileSize = 0,
            },
            settings.Routes.Buffering);
        Assert.Equal(
            new UpstreamKeepAlive
            {
                Connections = 10,
                Timeout = TimeSpan.FromSeconds(30),
                Time = TimeSpan.FromHours(1),
                Requests = 100,
            },
            settings.KeepAlive);
    }

    [Theory]
    [InlineData("proxy-connect-timeout", "5s")]
    [InlineData("proxy-body-size", "1 m")]
    [InlineData("proxy-next-upstream", "")]
    [InlineData("upstream-keepalive-time", "soon")]
    [InlineData("upstream-keepalive-connections", "-1")]
    public void A_bad_value_is_a_problem_and_the_default_applies(string key, string value)
    {
        var (settings, problems) = GlobalSettingsReader.Read(new ObjectKey("n", "c"), Map(new() { [key] = value }), _ => null);
        var problem = Assert.Single(problems);
        Assert.Equal($"data.{key}", problem.Field);
        Assert.Equal(new GlobalSettings(), settings);
    }

    private static GlobalSettings Read(Dictionary<string, string> data)
    {
        var (settings, problems) = GlobalSettingsReader.Read(new ObjectKey("n", "c"), Map(data), _ => null);
        Assert.Empty(problems);
        return settings;
    }

    private static V1ConfigMap Map(Dictionary<string, string> data) => new()
    {
        Metadata = new V1ObjectMeta { Name = "c", NamespaceProperty = "n" },
        Data = data,
    };
}
