using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Schema;

namespace YarpIngress.LocalCluster.Validation;

/// <summary>Rules of one container.</summary>
internal static class ContainerRules
{
    public static void Check(FieldErrors errors, string path, JsonObject container, HashSet<string> volumes, HashSet<string> names)
    {
        if (container.String("name") is not { Length: > 0 } name)
        {
            errors.Required($"{path}.name");
        }
        else
        {
            errors.Invalid($"{path}.name", name, Names.Label(name));
            if (!names.Add(name))
            {
                errors.Duplicate($"{path}.name", name);
            }
        }

        if (container.String("image") is not { Length: > 0 } image)
        {
            errors.Required($"{path}.image");
        }
        else if (image.Trim() != image)
        {
            errors.Invalid($"{path}.image", image, "must not have leading or trailing whitespace");
        }

        Ports(errors, path, container);
        Environment(errors, path, container);
        Mounts(errors, path, container, volumes);
        ProbeRules.Check(errors, path, container);
        PodSpecRules.OneOf(errors, path, container, "imagePullPolicy", "Always", "IfNotPresent", "Never");
        PodSpecRules.OneOf(errors, path, container, "terminationMessagePolicy", "FallbackToLogsOnError", "File");
        ResourceRules.Check(errors, $"{path}.resources", container.Object("resources"));
    }

    private static void Ports(FieldErrors errors, string path, JsonObject container)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var i = 0;
        foreach (var port in container.Objects("ports"))
        {
            var at = $"{path}.ports[{i++}]";
            if (port.String("name") is { Length: > 0 } name)
            {
                var wrong = Names.PortName(name).ToList();
                errors.Invalid($"{at}.name", name, wrong);
                if (wrong.Count == 0 && !names.Add(name))
                {
                    errors.Duplicate($"{at}.name", name);
                }
            }

            if (port.Integer("containerPort") is not { } number || number == 0)
            {
                errors.Required($"{at}.containerPort");
            }
            else
            {
                errors.Invalid($"{at}.containerPort", number, Names.PortNumber(number));
            }

            if (port.Integer("hostPort") is { } host and not 0)
            {
                errors.Invalid($"{at}.hostPort", host, Names.PortNumber(host));
            }

            PortFields.Protocol(errors, at, port);
        }
    }

    private static void Environment(FieldErrors errors, string path, JsonObject container)
    {
        var i = 0;
        foreach (var variable in container.Objects("env"))
        {
            var at = $"{path}.env[{i++}]";
            if (variable.String("name") is not { Length: > 0 } name)
            {
                errors.Required($"{at}.name");
            }
            else
            {
                errors.Invalid($"{at}.name", name, Names.EnvironmentVariable(name));
            }

            if (variable.Object("valueFrom") is not { } source)
            {
                continue;
            }

            if (variable.String("value") is { Length: > 0 })
            {
                errors.Invalid($"{at}.valueFrom", "", "may not be specified when `value` is not empty");
            }
            else if (source.Count == 0)
            {
                errors.Invalid(
                    $"{at}.valueFrom", "", "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`");
            }
            else if (source.Count > 1)
            {
                errors.Invalid($"{at}.valueFrom", "", "may not have more than one field specified at a time");
            }
        }
    }

    private static void Mounts(FieldErrors errors, string path, JsonObject container, HashSet<string> volumes)
    {
        var paths = new HashSet<string>(StringComparer.Ordinal);
        var i = 0;
        foreach (var mount in container.Objects("volumeMounts"))
        {
            var at = $"{path}.volumeMounts[{i++}]";
            if (mount.String("name") is not { Length: > 0 } name)
            {
                errors.Required($"{at}.name");
            }
            else if (!volumes.Contains(name))
            {
                errors.NotFound($"{at}.name", name);
            }

            if (mount.String("mountPath") is not { Length: > 0 } target)
            {
                errors.Required($"{at}.mountPath");
            }
            else if (!paths.Add(target))
            {
                errors.Invalid($"{at}.mountPath", target, "must be unique");
            }
        }
    }
}
