using System.Diagnostics;
using YarpIngress.Kubernetes;
using YarpIngress.Options;

namespace YarpIngress.Chart.Tests;

/// <summary>The real kustomize, which is in kubectl, over the plain manifests.</summary>
public sealed class KustomizeTests
{
    [Theory]
    [InlineData("nodeport", "Deployment")]
    [InlineData("loadbalancer", "Deployment")]
    [InlineData("daemonset-hostnetwork", "DaemonSet")]
    public async Task The_webhook_is_added_to_a_profile(string profile, string kind)
    {
        var kubectl = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(directory => Path.Combine(directory, "kubectl"))
            .FirstOrDefault(File.Exists);
        Assert.SkipWhen(kubectl is null, "there is no kubectl in PATH");
        var overlay = Directory.CreateDirectory(Path.Combine(ChartFiles.Repository, "artifacts", $"kustomize-{Guid.NewGuid():n}"));
        try
        {
            await File.WriteAllTextAsync(
                Path.Combine(overlay.FullName, "kustomization.yaml"),
                $"""
                apiVersion: kustomize.config.k8s.io/v1beta1
                kind: Kustomization
                resources: [../../manifests/{profile}]
                components: [../../manifests/webhook]
                """,
                TestContext.Current.CancellationToken);
            var objects = ManifestReader.ReadText(await BuildAsync(kubectl, overlay.FullName)).Select(document => document.Object).ToList();
            Assert.Single(objects, item => (string?)item["kind"] == "ValidatingWebhookConfiguration");
            var container = objects.Single(item => (string?)item["kind"] == kind)["spec"]!["template"]!["spec"]!["containers"]![0]!;
            var arguments = container["args"]!.AsArray()
                .Select(argument => argument!.GetValue<string>().Replace("$(POD_NAMESPACE)", "yarp-ingress", StringComparison.Ordinal));
            var options = CommandLineParser.Parse([.. arguments], _ => null).Options;
            OptionsValidation.Check(options);
            Assert.Equal(":9443", options.ValidatingWebhook);
            var secret = objects.Single(item => (string?)item["kind"] == "Secret");
            Assert.Equal(
                options.ValidatingWebhookSecret?.ToString(), $"{secret["metadata"]!["namespace"]}/{secret["metadata"]!["name"]}");
            Assert.Contains(container["ports"]!.AsArray(), port => (string?)port!["name"] == "webhook");
        }
        finally
        {
            overlay.Delete(recursive: true);
        }
    }

    private static async Task<string> BuildAsync(string kubectl, string directory)
    {
        using var process = Process.Start(new ProcessStartInfo(kubectl, ["kustomize", directory])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        }) ?? throw new InvalidOperationException("kubectl did not start");
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, error);
        return await output;
    }
}
