using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Schema;

namespace YarpIngress.LocalCluster.OpenApi;

/// <summary>
/// The paths of a kind and their operations. kubectl reads three things from them: the kind that a PATCH is for, and whether it
/// takes <c>dryRun</c> and <c>fieldValidation</c>.
/// </summary>
internal sealed class Operations(bool version3, Definitions definitions)
{
    private const string ScaleType = "io.k8s.api.autoscaling.v1.Scale";
    private const string DeleteOptionsType = "io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions";
    private const string StatusType = "io.k8s.apimachinery.pkg.apis.meta.v1.Status";
    private const string PatchType = "io.k8s.apimachinery.pkg.apis.meta.v1.Patch";

    private static readonly string[] WriteParameters = ["dryRun", "fieldManager", "fieldValidation"];
    private static readonly string[] ListParameters =
        ["allowWatchBookmarks", "continue", "fieldSelector", "labelSelector", "limit", "resourceVersion", "timeoutSeconds", "watch"];

    private static readonly string[] DeleteParameters = ["dryRun", "gracePeriodSeconds", "orphanDependents", "propagationPolicy"];

    private static readonly string[] PatchTypes =
    [
        "application/json-patch+json", "application/merge-patch+json", "application/strategic-merge-patch+json",
        "application/apply-patch+yaml",
    ];

    /// <summary>Adds the paths of a kind: collections, objects and subresources.</summary>
    public void Add(JsonObject paths, KindSchema kind)
    {
        foreach (var name in (ReadOnlySpan<string>)[DeleteOptionsType, StatusType, PatchType])
        {
            definitions.Add(SchemaCatalog.Types[name]);
        }

        var root = kind.Group.Length == 0 ? $"/api/{kind.Version}" : $"/apis/{kind.Group}/{kind.Version}";
        var collection = kind.Namespaced ? $"{root}/namespaces/{{namespace}}/{kind.Plural}" : $"{root}/{kind.Plural}";
        string[] scope = kind.Namespaced ? ["namespace"] : [];
        if (kind.Namespaced)
        {
            paths[$"{root}/{kind.Plural}"] = PathItem([], Get(kind, "list", kind.Type.FullName + "List", ListParameters));
        }

        paths[collection] = PathItem(
            scope,
            Get(kind, "list", kind.Type.FullName + "List", ListParameters),
            Operation(kind, "post", "post", kind.Type.FullName, kind.Type.FullName, WriteParameters),
            Operation(kind, "delete", "deletecollection", DeleteOptionsType, StatusType, [.. DeleteParameters, .. ListParameters]));
        paths[$"{collection}/{{name}}"] = Object(kind, ["name", .. scope], kind.Type.FullName, delete: true);
        foreach (var subresource in kind.Subresources)
        {
            var type = subresource == "scale" ? ScaleType : kind.Type.FullName;
            var of = subresource == "scale" ? SchemaCatalog.Find("autoscaling", "v1", "Scale")! : kind;
            if (subresource == "scale")
            {
                definitions.Add(of);
            }

            paths[$"{collection}/{{name}}/{subresource}"] = Object(of, ["name", .. scope], type, delete: false);
        }
    }

    private JsonObject Object(KindSchema kind, string[] path, string type, bool delete)
    {
        var operations = new List<(string, JsonObject)>
        {
            Get(kind, "get", type, []),
            Operation(kind, "put", "put", type, type, WriteParameters),
            Operation(kind, "patch", "patch", PatchType, type, [.. WriteParameters, "force"]),
        };
        if (delete)
        {
            operations.Add(Operation(kind, "delete", "delete", DeleteOptionsType, StatusType, DeleteParameters));
        }

        return PathItem(path, [.. operations]);
    }

    private JsonObject PathItem(string[] pathParameters, params (string Verb, JsonObject Operation)[] operations)
    {
        var item = new JsonObject(operations.Select(o => new KeyValuePair<string, JsonNode?>(o.Verb, o.Operation)))
        {
            ["parameters"] = new JsonArray([.. pathParameters.Select(p => Parameter(p, "path")), Parameter("pretty", "query")]),
        };
        return item;
    }

    private (string, JsonObject) Get(KindSchema kind, string action, string answer, string[] parameters) =>
        Operation(kind, "get", action, null, answer, parameters);

    private (string, JsonObject) Operation(KindSchema kind, string verb, string action, string? body, string answer, string[] parameters)
    {
        var operation = new JsonObject { ["description"] = $"{action} {kind.Kind}" };
        var list = new JsonArray([.. parameters.Distinct().Select(p => Parameter(p, "query"))]);
        var success = new JsonObject { ["description"] = "OK" };
        string[] consumed = verb == "patch" ? PatchTypes : ["*/*"];
        if (version3)
        {
            success["content"] = Content(answer, ["application/json"]);
            if (body is not null)
            {
                operation["requestBody"] = new JsonObject { ["content"] = Content(body, consumed) };
            }
        }
        else
        {
            operation["consumes"] = Json.Texts(consumed);
            operation["produces"] = new JsonArray("application/json");
            success["schema"] = new JsonObject { ["$ref"] = definitions.ReferenceTo(answer) };
            if (body is not null)
            {
                list.Insert(0, new JsonObject
                {
                    ["in"] = "body",
                    ["name"] = "body",
                    ["required"] = verb != "delete",
                    ["schema"] = new JsonObject { ["$ref"] = definitions.ReferenceTo(body) },
                });
            }
        }

        operation["parameters"] = list;
        operation["responses"] = new JsonObject { ["200"] = success };
        operation["x-kubernetes-action"] = action;
        operation["x-kubernetes-group-version-kind"] =
            new JsonObject { ["group"] = kind.Group, ["kind"] = kind.Kind, ["version"] = kind.Version };
        return (verb, operation);
    }

    private JsonObject Content(string type, string[] mediaTypes) => new(mediaTypes.Select(m => new KeyValuePair<string, JsonNode?>(
        m, new JsonObject { ["schema"] = new JsonObject { ["$ref"] = definitions.ReferenceTo(type) } })));

    private JsonNode Parameter(string name, string place)
    {
        var type = name switch
        {
            "limit" or "timeoutSeconds" or "gracePeriodSeconds" => "integer",
            "watch" or "allowWatchBookmarks" or "force" or "orphanDependents" => "boolean",
            _ => "string",
        };
        var parameter = new JsonObject { ["name"] = name, ["in"] = place };
        if (place == "path")
        {
            parameter["required"] = true;
        }

        if (version3)
        {
            parameter["schema"] = new JsonObject { ["type"] = type, ["uniqueItems"] = true };
        }
        else
        {
            parameter["type"] = type;
            parameter["uniqueItems"] = true;
        }

        return parameter;
    }
}
