using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace YarpIngress.Kubernetes;

/// <summary>A cluster, user or context of a kubeconfig with the file that it is written in, which relative paths start from.</summary>
internal sealed class KubeconfigEntry(string kind, string name, string file, JsonObject fields)
{
    public JsonObject Fields => fields;

    public string File => file;

    public string Name => name;

    /// <summary>For errors: file, entry and field; never the field's value.</summary>
    public string At(string field) => $"kubeconfig {file}: {kind} \"{name}\": {field}";

    public ClusterConfigException Error(string field, string problem, Exception? inner = null) => new($"{At(field)} {problem}", inner);

    public string? Text(string field) => Text(fields, field, $"{file}: {kind} \"{name}\"") is { Length: > 0 } text ? text : null;

    public bool Flag(string field) => fields[field] switch
    {
        null => false,
        JsonValue value when value.GetValueKind() is JsonValueKind.True or JsonValueKind.False => value.GetValue<bool>(),
        _ => throw Error(field, "is neither true nor false."),
    };

    /// <summary>The text of a PEM field that is written inline (base64, wins) or as a file; null when it is neither.</summary>
    public string? Pem(string field)
    {
        if (Text(field + "-data") is { } data)
        {
            try
            {
                return Encoding.UTF8.GetString(Convert.FromBase64String(data));
            }
            catch (FormatException e)
            {
                throw Error(field + "-data", "is not base64.", e);
            }
        }

        if (FilePath(field) is not { } path)
            return null;

        try
        {
            return System.IO.File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Error(field, $"names a file that can't be read: {e.Message}", e);
        }
    }

    /// <summary>A path, relative to the kubeconfig's directory.</summary>
    public string? FilePath(string field) => Text(field) is { } path ? Absolute(path) : null;

    public string Absolute(string path) => Path.GetFullPath(path, Path.GetDirectoryName(Path.GetFullPath(file))!);

    public static string? Text(JsonObject fields, string field, string where) => fields[field] switch
    {
        null => null,
        JsonValue value when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>(),
        // A context named 1 or a token that is all digits; YAML reads them as numbers.
        JsonValue value when value.GetValueKind() is JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False =>
            value.ToJsonString(),
        _ => throw new ClusterConfigException($"kubeconfig {where}: {field} is not a text."),
    };
}
