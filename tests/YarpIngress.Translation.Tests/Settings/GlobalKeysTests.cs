using System.Text.RegularExpressions;
using YarpIngress.Kubernetes;
using YarpIngress.Kubernetes.Models;
using YarpIngress.Translation.Model;
using YarpIngress.Translation.Settings;

namespace YarpIngress.Translation.Tests.Settings;

/// <summary>Every key of the global ConfigMap: its default, a value that is allowed, and one that is not.</summary>
public sealed class GlobalKeysTests
{
    // Taken for what they are in ingress-nginx, and of no effect here.
    private static readonly string[] WithoutEffect =
    [
        "client-header-buffer-size", "http2-max-field-size", "http2-max-header-size", "http2-max-requests", "opentelemetry-config",
        "proxy-headers-hash-bucket-size", "proxy-headers-hash-max-size", "proxy-ssl-location-only",
    ];

    private static readonly V1ConfigMap Headers = new() { Data = new() { ["X-Some"] = "header" } };

    public static TheoryData<string> Keys => [.. GlobalKeyValues.Rows.Keys];

    [Fact]
    public void No_key_is_left_out() =>
        Assert.Equal(GlobalKeys.All.Select(key => key.Name).Order(StringComparer.Ordinal), GlobalKeyValues.Rows.Keys.Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Keys))]
    public void A_value_that_is_allowed_changes_something_and_is_no_problem(string key)
    {
        var row = GlobalKeyValues.Rows[key];
        var (settings, problems) = Read(row, row.Good);
        Assert.Empty(problems);
        if (WithoutEffect.Contains(key))
            Assert.Equal(Read(row, null).Settings, settings);
        else
            Assert.NotEqual(Read(row, null).Settings, settings);
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void A_value_that_is_not_allowed_is_a_problem_and_leaves_the_default_or_closes(string key)
    {
        var row = GlobalKeyValues.Rows[key];
        if (row.Bad is not { } bad)
            return;
        var (settings, problems) = Read(row, bad);
        var problem = Assert.Single(problems);
        Assert.Equal((ProblemReasons.InvalidSetting, ProblemSeverity.Error, $"data.{key}"), (problem.Reason, problem.Severity, problem.Field));
        Assert.StartsWith($"value {Quoted.Value(bad)} ", problem.Message, StringComparison.Ordinal);
        var known = GlobalKeys.ByName[key];
        Assert.EndsWith(known.Instead ?? $"the default is used: {known.Default}", problem.Message, StringComparison.Ordinal);
        if (known.Closed is null)
            Assert.Equal(Read(row, null).Settings, settings);
        else
            Assert.NotEqual(Read(row, null).Settings, settings);
    }

    [Theory]
    [InlineData("Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1)", true)]
    [InlineData("Mozilla/5.0 (compatible; MSIE 10.0; Windows NT 6.1)", false)]
    [InlineData("msie6", false)]
    public void Gzip_disable_knows_nginxs_word_for_old_browsers(string agent, bool matches)
    {
        var (settings, problems) = Read(GlobalKeyValues.Rows["gzip-disable"], "msie6");
        Assert.Empty(problems);
        Assert.Equal(matches, Regex.IsMatch(agent, settings.Compression.GzipDisable!));
    }

    [Fact]
    public void What_is_said_to_be_the_default_is_it() =>
        Assert.Empty(GlobalKeys.All.Where(key => DefaultOf(key) is { } settings && settings != new GlobalSettings()).Select(key => key.Name));

    /// <summary>What comes of writing down a key's default; null where it is text for people, such as "none".</summary>
    private static GlobalSettings? DefaultOf(GlobalKey key)
    {
        if (key.Default is "none" or "everybody" or "nobody" || key.Default.Contains(' ', StringComparison.Ordinal))
            return null;
        try
        {
            var settings = GlobalAuthKeys.Complete(key.Set(new GlobalSettings(), key.Default));
            return settings.Routes.Buffering == new BufferingPolicy()
                ? settings with { Routes = settings.Routes with { Buffering = null } }
                : settings;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    [Fact]
    public void What_is_to_be_hidden_is_hidden_although_another_name_is_none()
    {
        var (settings, problems) = Read(GlobalKeyValues.Rows["hide-headers"], "X-Powered-By X-Runtime, X:Bad, Connection");
        Assert.Equal(["X-Powered-By", "X-Runtime"], settings.Headers.Hidden);
        Assert.EndsWith("; what of it are names of headers is hidden", Assert.Single(problems).Message, StringComparison.Ordinal);
    }

    private static (GlobalSettings Settings, EquatableArray<Problem> Problems) Read(GlobalKeyValues.Row row, string? value)
    {
        var data = new Dictionary<string, string?>();
        if (value is not null)
            data[row.Key] = value;
        if (row.With is { } other)
            data[other.Name] = other.Value;
        return GlobalSettingsReader.Read(new ObjectKey("default", "global"), new V1ConfigMap { Data = data! }, _ => Headers);
    }
}
