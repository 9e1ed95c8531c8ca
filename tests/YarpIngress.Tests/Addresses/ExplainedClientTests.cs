using System.Runtime.CompilerServices;
using YarpIngress.Commands;
using YarpIngress.Commands.Explain;
using YarpIngress.Options;

namespace YarpIngress.Tests.Addresses;

/// <summary>What <c>explain --client</c> says of address lists and blocks.</summary>
public sealed class ExplainedClientTests
{
    [Theory]
    [InlineData("address-configmap", "default.example.com", null, "", 0, "unless its address lists say 403")]
    [InlineData("address-configmap", "default.example.com", "127.0.0.1", "", 0, "a pod's")]
    [InlineData("address-configmap", "default.example.com", "192.0.2.1", "", 403, "192.0.2.1 is on the deny list")]
    [InlineData("address-configmap", "default.example.com", "203.0.113.1", "", 403, "203.0.113.1 is not on the allow list")]
    [InlineData("address-configmap", "default.example.com", "203.0.113.1", "X-Client: 127.0.0.1", 403, "203.0.113.1 is not on the allow list")]
    [InlineData("address-configmap", "default.example.com", "10.0.0.1", "X-Client: 203.0.113.1", 403, "203.0.113.1 is not on the allow list")]
    [InlineData("address-configmap", "default.example.com", "10.0.0.1", "X-Client: 127.0.0.1", 0, "a pod's")]
    [InlineData("address-configmap", "allow.example.com", "192.0.2.1", "", 403, "192.0.2.1 is on the deny list")]
    [InlineData("address-configmap-invalid", "own.example.com", "127.0.0.1", "", 503, "nobody can tell who a client is")]
    [InlineData("address-lists-invalid", "shared.example.com/cidr", "10.0.0.1", "", 503, "allowlist-source-range")]
    [InlineData("address-lists-invalid", "shared.example.com/open", "10.0.0.1", "", 0, "a pod's")]
    [InlineData("block-configmap", "web.example.com", null, "", 0, "a pod's")]
    [InlineData("block-configmap", "web.example.com", "127.0.0.1", "", 403, "block-cidrs")]
    [InlineData("block-configmap", "web.example.com", null, "User-Agent: curl/8", 403, "block-user-agents")]
    [InlineData("block-configmap", "nobody.example.com", null, "Referer: http://spam.example.com/", 403, "block-referers")]
    [InlineData("block-configmap-invalid", "web.example.com", null, "", 503, "not allowed")]
    public async Task Explain_tells_for_a_client(string file, string url, string? client, string header, int status, string summary)
    {
        var input = await File.ReadAllTextAsync(
            Path.Combine(SourceDirectory(), "../../YarpIngress.Translation.Tests/testdata", file + ".in.yaml"),
            TestContext.Current.CancellationToken);
        string[] flags = input.Contains("kind: ConfigMap", StringComparison.Ordinal) ? ["--configmap=default/settings"] : [];
        var options = CommandLineParser.Parse(flags, _ => null).Options;
        var cache = ManifestCluster.Read(options.Translation(), ["-"], new StringReader(input)).Cache;
        await using var cluster = new ExplainedCluster(cache, options, TimeProvider.System);
        var answer = cluster.Explain(ExplainedRequest.Parse($"http://{url}", "GET", header.Length > 0 ? [header] : [], client)).Answer;
        Assert.Equal(status, answer.Status);
        Assert.Contains(summary, answer.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_address_is_told() => Assert.Equal(
        "explain: --client localhost: must be an address",
        Assert.Throws<UsageException>(() => ExplainedRequest.Parse("http://a.io/", "GET", [], "localhost")).Message);

    private static string SourceDirectory([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
