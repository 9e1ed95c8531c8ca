using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Schema;

namespace YarpIngress.LocalCluster.Validation;

/// <summary>Rules of probes and lifecycle hooks.</summary>
internal static class ProbeRules
{
    private static readonly string[] Handlers = ["exec", "httpGet", "tcpSocket", "grpc", "sleep"];

    private static readonly string[] Numbers =
        ["initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold"];

    public static void Check(FieldErrors errors, string path, JsonObject container)
    {
        foreach (var name in (ReadOnlySpan<string>)["livenessProbe", "readinessProbe", "startupProbe"])
        {
            if (container.Object(name) is not { } probe)
            {
                continue;
            }

            var at = $"{path}.{name}";
            Handler(errors, at, probe);
            foreach (var number in Numbers)
            {
                PortFields.NotNegative(errors, $"{at}.{number}", probe[number]);
            }

            if (name != "readinessProbe" && probe.Integer("successThreshold") is { } threshold and not 1)
            {
                errors.Invalid($"{at}.successThreshold", threshold, "must be 1");
            }
        }

        foreach (var name in (ReadOnlySpan<string>)["postStart", "preStop"])
        {
            if (container.Object("lifecycle").Object(name) is { } hook)
            {
                Handler(errors, $"{path}.lifecycle.{name}", hook);
            }
        }
    }

    private static void Handler(FieldErrors errors, string path, JsonObject holder)
    {
        var given = Handlers.Where(holder.ContainsKey).ToList();
        if (given.Count == 0)
        {
            errors.Required(path, "must specify a handler type");
        }

        foreach (var extra in given.Skip(1))
        {
            errors.Forbidden($"{path}.{extra}", "may not specify more than 1 handler type");
        }

        if (holder.Object("exec") is { } command && command.Array("command") is not { Count: > 0 })
        {
            errors.Required($"{path}.exec.command");
        }

        if (holder.Object("httpGet") is { } request)
        {
            if (request.String("path") is null or "")
            {
                errors.Required($"{path}.httpGet.path");
            }

            PortFields.NumberOrName(errors, $"{path}.httpGet.port", request["port"] ?? 0);
            if (request.String("scheme") is not ("HTTP" or "HTTPS"))
            {
                errors.NotSupported($"{path}.httpGet.scheme", request.String("scheme"), "HTTP", "HTTPS");
            }
        }

        if (holder.Object("tcpSocket") is { } socket)
        {
            PortFields.NumberOrName(errors, $"{path}.tcpSocket.port", socket["port"] ?? 0);
        }
    }
}
