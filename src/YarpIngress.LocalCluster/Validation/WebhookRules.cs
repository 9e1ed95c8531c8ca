using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Schema;

namespace YarpIngress.LocalCluster.Validation;

/// <summary>Rules of admissionregistration.k8s.io/v1 ValidatingWebhookConfiguration.</summary>
internal static class WebhookRules
{
    private static readonly string[] Operations = ["*", "CREATE", "UPDATE", "DELETE", "CONNECT"];

    public static void Create(FieldErrors errors, JsonObject value)
    {
        MetadataRules.Check(errors, value, namespaced: false, Names.Subdomain);
        var names = new HashSet<string>(StringComparer.Ordinal);
        var i = 0;
        foreach (var webhook in value.Objects("webhooks"))
        {
            var path = $"webhooks[{i++}]";
            var name = webhook.String("name") ?? "";
            if (!names.Add(name))
                errors.Duplicate($"{path}.name", name);
            Webhook(errors, path, webhook, name);
        }
    }

    private static void Webhook(FieldErrors errors, string path, JsonObject webhook, string name)
    {
        if (name.Length == 0)
            errors.Required($"{path}.name");
        else if (name.Split('.').Length < 3)
            errors.Invalid($"{path}.name", name, "should be a domain with at least three segments separated by dots");
        else
            errors.Invalid($"{path}.name", name, Names.Subdomain(name));
        OneOf(errors, $"{path}.failurePolicy", webhook.String("failurePolicy"), "Fail", "Ignore");
        OneOf(errors, $"{path}.matchPolicy", webhook.String("matchPolicy"), "Equivalent", "Exact");
        if (webhook.String("sideEffects") is null)
            errors.Required($"{path}.sideEffects", "must specify one of None, NoneOnDryRun");
        OneOf(errors, $"{path}.sideEffects", webhook.String("sideEffects"), "None", "NoneOnDryRun");
        if (webhook.Integer("timeoutSeconds") is { } seconds and (< 1 or > 30))
            errors.Invalid($"{path}.timeoutSeconds", seconds, "the timeout value must be between 1 and 30 seconds");
        var versions = webhook.Array("admissionReviewVersions")?.Select(version => version.AsString()).ToList() ?? [];
        if (versions.Count == 0)
            errors.Required($"{path}.admissionReviewVersions", "must specify one of v1, v1beta1");
        else if (!versions.Contains("v1"))
            errors.Invalid($"{path}.admissionReviewVersions", webhook["admissionReviewVersions"], "must include at least one of v1");
        foreach (var selector in (ReadOnlySpan<string>)["namespaceSelector", "objectSelector"])
        {
            if (webhook.Object(selector) is { } given)
                SelectorRules.Check(errors, $"{path}.{selector}", given);
        }
        if (webhook.Objects("matchConditions").Any())
            errors.Forbidden($"{path}.matchConditions", "CEL is not evaluated by this server");
        var i = 0;
        foreach (var rule in webhook.Objects("rules"))
            Rule(errors, $"{path}.rules[{i++}]", rule);
        Client(errors, $"{path}.clientConfig", webhook.Object("clientConfig"));
    }

    private static void Rule(FieldErrors errors, string path, JsonObject rule)
    {
        foreach (var list in (ReadOnlySpan<string>)["operations", "apiGroups", "apiVersions", "resources"])
        {
            if (rule.Array(list) is not { Count: > 0 })
                errors.Required($"{path}.{list}");
        }
        var i = 0;
        foreach (var operation in rule.Array("operations") ?? [])
            OneOf(errors, $"{path}.operations[{i++}]", operation.AsString(), Operations);
        OneOf(errors, $"{path}.scope", rule.String("scope"), "*", "Cluster", "Namespaced");
    }

    private static void Client(FieldErrors errors, string path, JsonObject? client)
    {
        var (url, service) = (client.String("url"), client.Object("service"));
        if (url is null == service is null)
            errors.Required(path, "exactly one of url or service is required");
        if (url is not null)
        {
            if (!Uri.TryCreate(url, UriKind.Absolute, out var address))
                errors.Required($"{path}.url", "url must be a valid URL");
            else if (address.Scheme != Uri.UriSchemeHttps)
                errors.Invalid($"{path}.url", address.Scheme,
                    "'https' is the only allowed URL scheme; desired format: https://host[/path]");
            else if (address.UserInfo.Length > 0 || address.Query.Length > 0 || address.Fragment.Length > 0)
                errors.Invalid(
                    $"{path}.url", url,
                    "user information, query parameters and fragments are not permitted in the URL; desired format: https://host[/path]");
        }
        if (service is not null)
        {
            if (service.String("name") is not { Length: > 0 })
                errors.Required($"{path}.service.name", "service name is required");
            if (service.String("namespace") is not { Length: > 0 })
                errors.Required($"{path}.service.namespace", "service namespace is required");
            if (service.Integer("port") is { } port and (< 1 or > 65535))
                errors.Invalid($"{path}.service.port", port, "port is not valid: must be between 1 and 65535, inclusive");
            if (service.String("path") is { } servicePath && !servicePath.StartsWith('/'))
                errors.Invalid($"{path}.service.path", servicePath, "must start with a '/'");
        }
        if (client.String("caBundle") is { Length: > 0 } bundle && !IsCertificates(bundle))
            errors.Invalid($"{path}.caBundle", "<bytes>", "unable to load root certificates: unable to parse bytes as PEM block");
    }

    private static bool IsCertificates(string base64)
    {
        try
        {
            var certificates = new X509Certificate2Collection();
            certificates.ImportFromPem(Encoding.UTF8.GetString(Convert.FromBase64String(base64)));
            return certificates.Count > 0;
        }
        catch (Exception error) when (error is CryptographicException or FormatException)
        {
            return false;
        }
    }

    private static void OneOf(FieldErrors errors, string path, string? value, params string[] supported)
    {
        if (value is not null && !supported.Contains(value))
            errors.NotSupported(path, value, supported);
    }
}
