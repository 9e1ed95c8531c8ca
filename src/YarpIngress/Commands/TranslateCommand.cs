using YarpIngress.Commands.Migrate;
using YarpIngress.Controller.Updates;
using YarpIngress.Kubernetes;
using YarpIngress.Translation;
using YarpIngress.Translation.Ingress;
using YarpIngress.Translation.Model;

namespace YarpIngress.Commands;

/// <summary><c>translate -f PATH…</c>: manifests in, the model and every problem out.</summary>
internal static class TranslateCommand
{
    /// <summary>Prints YAML to <paramref name="output"/> and remarks to <paramref name="errors"/>; the result is the exit code.</summary>
    public static int Run(
        TranslationSettings settings, IReadOnlyList<string> paths, TextReader stdin, TextWriter output, TextWriter errors) =>
        Run(settings, paths, stdin, output, errors, TimeProvider.System, withMigration: true);

    internal static int Run(
        TranslationSettings settings, IReadOnlyList<string> paths, TextReader stdin, TextWriter output, TextWriter errors,
        TimeProvider time, bool withMigration = false)
    {
        if (paths.Count == 0)
        {
            errors.Write("translate: nothing to read; name files or directories with -f PATH, or - for standard input\n");
            return ExitCodes.Usage;
        }

        ManifestCluster cluster;
        try
        {
            cluster = ManifestCluster.Read(settings, paths, stdin);
        }
        catch (ManifestException e)
        {
            errors.Write($"translate: {e.Message}\n");
            // A path that can't be opened is the caller's mistake; a text that is no YAML is the answer.
            return e.Line == 0 ? ExitCodes.Usage : ExitCodes.Failure;
        }

        var translation = new ClusterTranslation(cluster.Cache, time);
        translation.Drain();
        YamlText.Write(output, TranslateOutput.Document(translation, cluster.Cache.DefaultBackend));
        Remark(cluster, errors);
        if (withMigration)
            Sum(cluster, translation, errors);
        return translation.Problems.All.Any(p => p.Severity == ProblemSeverity.Error) ? ExitCodes.Failure : ExitCodes.Success;
    }

    /// <summary>
    /// What carries over from ingress-nginx, as <c>migrate</c> says it: the counts, and each Ingress that is not served as it is.
    /// </summary>
    private static void Sum(ManifestCluster cluster, ClusterTranslation translation, TextWriter errors)
    {
        var report = new Migration(cluster.Cache, translation).Report();
        if (report.Ingresses.Count > 0)
            errors.Write(MigrationText.Write(report with
            {
                Ingresses = [.. report.Ingresses.Where(one => one.Verdict is not Verdict.Exact)],
                Skipped = [],
            }));
    }

    private static void Remark(ManifestCluster cluster, TextWriter errors)
    {
        foreach (var ingress in cluster.Cache.Ingresses.OrderBy(ObjectKey.Of))
        {
            var outcome = cluster.Cache.Decide(ingress);
            if (!outcome.IsOurs())
                errors.Write(
                    $"translate: Ingress {ObjectKey.Of(ingress)} is not ours: {outcome.Describe(ingress, cluster.Cache.Settings)}\n");
        }

        if (cluster.Ignored.Count > 0)
            errors.Write($"translate: ignored {string.Join(", ", cluster.Ignored.Select(i => $"{i.Value} {i.Key}"))}\n");
    }
}
