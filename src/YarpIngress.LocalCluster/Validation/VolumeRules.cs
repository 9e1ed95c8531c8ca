using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Schema;

namespace YarpIngress.LocalCluster.Validation;

/// <summary>Rules of the volumes of a pod.</summary>
internal static class VolumeRules
{
    /// <summary>The names of the volumes.</summary>
    public static HashSet<string> Check(FieldErrors errors, string path, JsonObject spec)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var i = 0;
        foreach (var volume in spec.Objects("volumes"))
        {
            var at = $"{path}[{i++}]";
            if (volume.String("name") is not { Length: > 0 } name)
            {
                errors.Required($"{at}.name");
            }
            else
            {
                errors.Invalid($"{at}.name", name, Names.Label(name));
                if (!names.Add(name))
                {
                    errors.Duplicate($"{at}.name", name);
                }
            }

            var sources = volume.Where(v => v.Key != "name").Select(v => v.Key).ToList();
            if (sources.Count == 0)
            {
                errors.Required(at, "must specify a volume type");
            }

            foreach (var extra in sources.Skip(1))
            {
                errors.Forbidden($"{at}.{extra}", "may not specify more than 1 volume type");
            }

            Source(errors, at, volume);
        }

        return names;
    }

    private static void Source(FieldErrors errors, string path, JsonObject volume)
    {
        foreach (var (source, field) in ((string, string)[])
            [
                ("secret", "secretName"), ("configMap", "name"), ("hostPath", "path"), ("persistentVolumeClaim", "claimName"),
                ("csi", "driver"), ("nfs", "server"),
            ])
        {
            if (volume.Object(source) is { } holder && holder.String(field) is null or "")
            {
                errors.Required($"{path}.{source}.{field}");
            }
        }
    }
}
