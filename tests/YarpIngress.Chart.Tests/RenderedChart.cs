using System.Text.Json.Nodes;
using YarpIngress.Chart.Tests.Templates;
using YarpIngress.Chart.Tests.Values;
using YarpIngress.Kubernetes;

namespace YarpIngress.Chart.Tests;

/// <param name="File">Its template.</param>
/// <param name="Text">Its YAML.</param>
/// <param name="Object">What that means.</param>
internal sealed record RenderedObject(string File, string Text, JsonObject Object)
{
    public string Kind => Object["kind"]!.GetValue<string>();

    public string ApiVersion => Object["apiVersion"]!.GetValue<string>();

    public string Name => Object["metadata"]!["name"]!.GetValue<string>();

    public string? Namespace => Object["metadata"]!["namespace"]?.GetValue<string>();

    public bool IsTest => Object["metadata"]!["annotations"]?["helm.sh/hook"] is not null;
}

/// <summary>The chart with the values of a release, as <c>helm template</c> renders it.</summary>
internal sealed class RenderedChart
{
    // The order in which Helm installs kinds.
    private static readonly string[] Order =
    [
        "NetworkPolicy", "PodDisruptionBudget", "ServiceAccount", "ConfigMap", "ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding",
        "Service", "DaemonSet", "Pod", "Deployment", "HorizontalPodAutoscaler", "IngressClass",
    ];

    private RenderedChart(IReadOnlyList<RenderedObject> objects, string notes) => (Objects, Notes) = (objects, notes);

    public IReadOnlyList<RenderedObject> Objects { get; }

    public string Notes { get; }

    /// <summary>Renders with these values over the chart's own; <see cref="TemplateException"/> when the chart refuses them.</summary>
    public static RenderedChart With(string values, string release = "yarp-ingress", string @namespace = "yarp-ingress")
    {
        var definitions = new Dictionary<string, IReadOnlyList<TemplateNode>>();
        var templates = new SortedDictionary<string, IReadOnlyList<TemplateNode>>(StringComparer.Ordinal);
        var directory = Path.Combine(ChartFiles.Chart, "templates");
        foreach (var path in Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories))
        {
            var file = Path.GetRelativePath(ChartFiles.Chart, path);
            templates[file] = TemplateParser.Parse(file, File.ReadAllText(path), definitions);
        }
        var data = Data(ChartValues.Merge(ChartFiles.Values().Values, ChartValues.Read(values)), release, @namespace);
        var texts = templates.Where(template => !Path.GetFileName(template.Key).StartsWith('_'))
            .ToDictionary(template => template.Key, template => Run(template.Key, template.Value));
        var notes = texts["templates/NOTES.txt"];
        return new RenderedChart([.. texts.Where(text => text.Key.EndsWith(".yaml", StringComparison.Ordinal))
            .SelectMany(text => Documents(text.Key, text.Value))
            .OrderBy(item => Array.IndexOf(Order, item.Kind) is >= 0 and var at ? at : Order.Length)], notes);

        string Run(string file, IReadOnlyList<TemplateNode> nodes)
        {
            try
            {
                return TemplateExecution.Run(definitions, nodes, data);
            }
            catch (TemplateException error)
            {
                throw new TemplateException($"{file}: {error.Message}");
            }
        }
    }

    private static Dictionary<string, object?> Data(JsonObject values, string release, string @namespace)
    {
        var chart = ChartValues.Read(ChartFiles.Read("Chart.yaml"));
        return new()
        {
            ["Values"] = ChartValues.ForTemplates(values),
            ["Chart"] = new Dictionary<string, object?>
            {
                ["Name"] = chart["name"]!.GetValue<string>(),
                ["Version"] = chart["version"]!.GetValue<string>(),
                ["AppVersion"] = chart["appVersion"]!.GetValue<string>(),
            },
            ["Release"] = new Dictionary<string, object?> { ["Name"] = release, ["Namespace"] = @namespace, ["Service"] = "Helm" },
            ["Files"] = new Dictionary<string, object?>
            {
                ["Get"] = new Func<object?[], object?>(arguments => ChartFiles.Read((string)arguments[0]!)),
            },
        };
    }

    private static IEnumerable<RenderedObject> Documents(string file, string text) =>
        $"\n{text}\n".Split("\n---\n").Where(part => part.Trim().Length > 0)
            .Select(part => new RenderedObject(file, part.Trim('\n') + "\n", Assert.Single(ManifestReader.ReadText(part, file)).Object));
}
