using YarpIngress.Kubernetes;
using YarpIngress.Kubernetes.Models;
using YarpIngress.Translation.Ingress.References;
using YarpIngress.Translation.Model;

namespace YarpIngress.Translation.Settings;

/// <summary>Reads the global ConfigMap: whatever is in it, there are settings, and what is wrong is a problem of it.</summary>
public static class GlobalSettingsReader
{
    /// <summary>The objects that the settings of <paramref name="value"/> name.</summary>
    public static IReadOnlyList<ObjectUse> Objects(V1ConfigMap? value) => HeaderKeys.Objects(value);

    /// <summary>Reads <paramref name="value"/>; null when it does not exist, which leaves everything at its default.</summary>
    /// <param name="key">Where it is.</param>
    /// <param name="value">The ConfigMap.</param>
    /// <param name="configMaps">The ConfigMaps that it names; null when there are none.</param>
    public static (GlobalSettings Settings, EquatableArray<Problem> Problems) Read(
        ObjectKey key, V1ConfigMap? value, Func<ObjectKey, V1ConfigMap?>? configMaps = null)
    {
        var about = new ProblemObject("ConfigMap", key);
        if (value is null)
            return (new GlobalSettings(), [new Problem
            {
                Object = about,
                Reason = ProblemReasons.ConfigMapNotFound,
                Severity = ProblemSeverity.Warning,
                Message = "the ConfigMap of --configmap does not exist; every setting has its default",
            }]);

        var settings = new GlobalSettings();
        var problems = new ProblemList(about);
        foreach (var (name, text) in (value.Data ?? []).OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            if (!GlobalKeys.ByName.TryGetValue(name, out var known))
            {
                settings = UnsupportedKeys.Read(settings, name, text ?? "", problems);
                continue;
            }
            try
            {
                settings = known.Set(settings, text ?? "");
            }
            catch (FormatException error)
            {
                problems.Error(
                    ProblemReasons.InvalidSetting, Field(name),
                    $"value {Quoted.Value(text)} {error.Message}; {known.Instead ?? $"the default is used: {known.Default}"}");
                settings = known.Closed?.Invoke(settings, text ?? "") ?? settings;
            }
        }
        PolicyMap.Report(settings, problems);
        settings = GlobalAuthKeys.Complete(settings);
        settings = HeaderKeys.Resolve(settings, configMaps ?? (_ => null), problems);
        CheckTogether(settings, problems);
        return (settings, problems.Finish().ToEquatableArray());
    }

    /// <summary>What is wrong only beside other keys, or only in part.</summary>
    private static void CheckTogether(GlobalSettings settings, ProblemList problems)
    {
        if (settings.Tracing is { Enabled: true, Endpoint: null })
            problems.Error(
                ProblemReasons.InvalidSetting, Field("enable-opentelemetry"),
                "no otlp-collector-host says where to send spans; nothing is traced");
        if (settings is { Metrics.Otlp: true, Tracing.MetricsEndpoint: null })
            problems.Error(
                ProblemReasons.InvalidSetting, Field("enable-otlp-metrics"),
                "no otlp-collector-host says where to send metrics; none are sent");
        foreach (var name in LogVariableNames.UnknownIn(settings.AccessLog.Format))
            problems.Warning(
                ProblemReasons.InvalidSetting, Field("log-format-upstream"),
                $"there is no variable ${name}; - stands in its place{Meant(name)}");
        foreach (var name in LogVariableNames.UnknownOfStreams(settings.AccessLog.StreamFormat))
            problems.Warning(
                ProblemReasons.InvalidSetting, Field("log-format-stream"),
                $"there is no variable ${name} of TCP and UDP; - stands in its place (there are "
                + $"{string.Join(", ", LogVariableNames.Stream.Order(StringComparer.Ordinal))})");
    }

    private static string Meant(string variable) =>
        NearestName.Find(variable, LogVariableNames.Single) is { } near ? $"; did you mean ${near}?" : "";

    private static string Field(string name) => $"data.{name}";
}
