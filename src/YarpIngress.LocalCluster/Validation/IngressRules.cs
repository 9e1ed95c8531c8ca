using System.Net;
using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Schema;

namespace YarpIngress.LocalCluster.Validation;

/// <summary>Rules of networking.k8s.io/v1 Ingress.</summary>
internal static class IngressRules
{
    private static readonly string[] ForbiddenInPath = ["//", "/./", "/../", "%2f", "%2F"];
    private static readonly string[] ForbiddenAtEndOfPath = ["/..", "/."];

    public static void Create(FieldErrors errors, JsonObject value)
    {
        Check(errors, value, old: null);
        var legacy = value.Object("metadata").Object("annotations").String("kubernetes.io/ingress.class");
        if (legacy is not null && value.Object("spec").String("ingressClassName") is { } name && name != legacy)
        {
            errors.Invalid("annotations.kubernetes.io/ingress.class", legacy, "must match `ingressClassName` when both are specified");
        }
    }

    public static void Update(FieldErrors errors, JsonObject updated, JsonObject old)
    {
        MetadataRules.CheckUpdate(errors, updated, old);
        Check(errors, updated, old);
    }

    public static void UpdateStatus(FieldErrors errors, JsonObject updated, JsonObject old)
    {
        MetadataRules.CheckUpdate(errors, updated, old);
        var i = 0;
        foreach (var point in updated.Object("status").Object("loadBalancer").Objects("ingress"))
        {
            var path = $"status.loadBalancer.ingress[{i++}]";
            if (point.String("ip") is { Length: > 0 } ip)
            {
                errors.Invalid($"{path}.ip", ip, Addresses.Ip(ip));
            }

            if (point.String("hostname") is { Length: > 0 } host)
            {
                errors.Invalid($"{path}.hostname", host, Names.Subdomain(host));
                NotAnAddress(errors, $"{path}.hostname", host);
            }
        }
    }

    private static void Check(FieldErrors errors, JsonObject value, JsonObject? old)
    {
        MetadataRules.Check(errors, value, namespaced: true, Names.Subdomain);
        var spec = value.Object("spec");
        if (spec.Array("rules") is not { Count: > 0 } && spec?["defaultBackend"] is null)
        {
            errors.InvalidLiteral("spec", "[]networking.IngressRule(nil)", "either `defaultBackend` or `rules` must be specified");
        }

        if (spec.Object("defaultBackend") is { } backend)
        {
            Backend(errors, "spec.defaultBackend", backend);
        }

        var i = 0;
        foreach (var rule in spec.Objects("rules"))
        {
            Rule(errors, $"spec.rules[{i++}]", rule);
        }

        i = 0;
        foreach (var tls in spec.Objects("tls"))
        {
            Tls(errors, $"spec.tls[{i++}]", tls, checkSecret: !HasInvalidSecret(old));
        }

        if (spec.String("ingressClassName") is { } name)
        {
            errors.Invalid("spec.ingressClassName", name, Names.Subdomain(name));
        }
    }

    private static void Rule(FieldErrors errors, string path, JsonObject rule)
    {
        if (rule.String("host") is { Length: > 0 } host)
        {
            NotAnAddress(errors, $"{path}.host", host);
            errors.Invalid(
                $"{path}.host", host, host.Contains('*', StringComparison.Ordinal) ? Names.WildcardSubdomain(host) : Names.Subdomain(host));
        }

        if (rule.Object("http") is not { } http)
        {
            return;
        }

        if (http.Array("paths") is not { Count: > 0 })
        {
            errors.Required($"{path}.http.paths");
        }

        var i = 0;
        foreach (var entry in http.Objects("paths"))
        {
            Path(errors, $"{path}.http.paths[{i++}]", entry);
        }
    }

    private static void Path(FieldErrors errors, string path, JsonObject entry)
    {
        var text = entry.String("path") ?? "";
        switch (entry.String("pathType"))
        {
            case null:
                errors.Required($"{path}.pathType", "pathType must be specified");
                return;
            case "Exact" or "Prefix":
                if (!text.StartsWith('/'))
                {
                    errors.Invalid($"{path}.path", text, "must be an absolute path");
                }

                errors.Invalid(
                    $"{path}.path", text, ForbiddenInPath.Where(p => text.Contains(p, StringComparison.Ordinal))
                        .Select(p => $"must not contain '{p}'"));
                errors.Invalid(
                    $"{path}.path", text, ForbiddenAtEndOfPath.Where(p => text.EndsWith(p, StringComparison.Ordinal))
                        .Select(p => $"cannot end with '{p}'"));
                break;
            case "ImplementationSpecific":
                if (text.Length > 0 && !text.StartsWith('/'))
                {
                    errors.Invalid($"{path}.path", text, "must be an absolute path");
                }

                break;
            case var other:
                errors.NotSupported($"{path}.pathType", other, "Exact", "ImplementationSpecific", "Prefix");
                break;
        }

        Backend(errors, $"{path}.backend", entry.Object("backend") ?? []);
    }

    private static void Backend(FieldErrors errors, string path, JsonObject backend)
    {
        var service = backend.Object("service");
        switch (service, backend.Object("resource"))
        {
            case (not null, not null):
                errors.Invalid(path, "", "cannot set both resource and service backends");
                return;
            case (null, null):
                errors.Invalid(path, "", "resource or service backend is required");
                return;
            case (null, { } resource):
                Resource(errors, $"{path}.resource", resource);
                return;
        }

        if (service.String("name") is not { Length: > 0 } name)
        {
            errors.Required($"{path}.service.name");
        }
        else
        {
            errors.Invalid($"{path}.service.name", name, Names.Label1035(name));
        }

        var port = service.Object("port");
        var (portName, number) = (port.String("name") ?? "", port.Integer("number") ?? 0);
        if (portName.Length > 0 && number != 0)
        {
            errors.Invalid(path, "", "cannot set both port name & port number");
        }
        else if (portName.Length > 0)
        {
            errors.Invalid($"{path}.service.port.name", portName, Names.PortName(portName));
        }
        else if (number != 0)
        {
            errors.Invalid($"{path}.service.port.number", number, Names.PortNumber(number));
        }
        else
        {
            errors.Required(path, "port name or number is required");
        }
    }

    /// <summary>A reference to an object of the same namespace, or to the parameters of a class.</summary>
    public static void Resource(FieldErrors errors, string path, JsonObject resource)
    {
        if (resource.String("apiGroup") is { } group)
        {
            errors.Invalid($"{path}.apiGroup", group, Names.Subdomain(group));
        }

        foreach (var field in (ReadOnlySpan<string>)["kind", "name"])
        {
            if (resource.String(field) is not { Length: > 0 } value)
            {
                errors.Required($"{path}.{field}");
            }
            else
            {
                errors.Invalid($"{path}.{field}", value, Names.PathSegment(value));
            }
        }
    }

    private static void Tls(FieldErrors errors, string path, JsonObject tls, bool checkSecret)
    {
        var i = 0;
        foreach (var item in tls.Array("hosts") ?? [])
        {
            var host = item.AsString() ?? "";
            errors.Invalid(
                $"{path}.hosts[{i++}]", host,
                host.Contains('*', StringComparison.Ordinal) ? Names.WildcardSubdomain(host) : Names.Subdomain(host));
        }

        if (checkSecret && tls.String("secretName") is { Length: > 0 } secret)
        {
            errors.Invalid($"{path}.secretName", secret, Names.Subdomain(secret));
        }
    }

    // A bad name that is stored already does not block other changes.
    private static bool HasInvalidSecret(JsonObject? old) =>
        old.Object("spec").Objects("tls").Any(t => t.String("secretName") is { Length: > 0 } name && Names.Subdomain(name).Any());

    private static void NotAnAddress(FieldErrors errors, string path, string host)
    {
        if (IPAddress.TryParse(host, out _) && Addresses.Parse(host) is not null)
        {
            errors.Invalid(path, host, "must be a DNS name, not an IP address");
        }
    }
}
