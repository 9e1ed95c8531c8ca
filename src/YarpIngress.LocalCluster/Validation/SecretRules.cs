using System.Text.Json;
using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Schema;

namespace YarpIngress.LocalCluster.Validation;

/// <summary>Rules of v1 Secret. Whether a certificate is one is nobody's business here, as upstream.</summary>
internal static class SecretRules
{
    public static void Create(FieldErrors errors, JsonObject value)
    {
        MetadataRules.Check(errors, value, namespaced: true, Names.Subdomain);
        var data = value.Object("data") ?? [];
        DataRules.Keys(errors, "data", data);
        DataRules.Size(errors, "data", DataRules.DecodedSize(data));
        switch (value.String("type"))
        {
            case "kubernetes.io/service-account-token":
                if (value.Object("metadata").Object("annotations").String("kubernetes.io/service-account.name") is null or "")
                {
                    errors.Required("metadata.annotations[kubernetes.io/service-account.name]");
                }

                break;
            case "kubernetes.io/dockercfg":
                DockerConfiguration(errors, data, ".dockercfg");
                break;
            case "kubernetes.io/dockerconfigjson":
                DockerConfiguration(errors, data, ".dockerconfigjson");
                break;
            case "kubernetes.io/basic-auth":
                // Sic: upstream forgot to format these two paths and the next.
                if (!data.ContainsKey("username") && !data.ContainsKey("password"))
                {
                    errors.Required("data[%s][username]");
                    errors.Required("data[%s][password]");
                }

                break;
            case "kubernetes.io/ssh-auth":
                if (data.String("ssh-privatekey") is null or "")
                {
                    errors.Required("data[%s][ssh-privatekey]");
                }

                break;
            case "kubernetes.io/tls":
                foreach (var key in (ReadOnlySpan<string>)["tls.crt", "tls.key"])
                {
                    if (!data.ContainsKey(key))
                    {
                        errors.Required($"data[{key}]");
                    }
                }

                break;
        }
    }

    public static void Update(FieldErrors errors, JsonObject updated, JsonObject old)
    {
        MetadataRules.CheckUpdate(errors, updated, old);
        MetadataRules.Immutable(errors, "type", updated["type"], old["type"]);
        DataRules.Immutable(errors, updated, old, "data");
        Create(errors, updated);
    }

    private static void DockerConfiguration(FieldErrors errors, JsonObject data, string key)
    {
        if (data.String(key) is not { } encoded)
        {
            errors.Required($"data[{key}]");
            return;
        }

        try
        {
            using var parsed = JsonDocument.Parse(Convert.FromBase64String(encoded));
        }
        catch (JsonException error)
        {
            errors.Invalid($"data[{key}]", "<secret contents redacted>", error.Message);
        }
    }
}
