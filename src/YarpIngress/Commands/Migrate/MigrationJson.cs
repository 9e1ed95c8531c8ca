using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace YarpIngress.Commands.Migrate;

/// <summary>The report as JSON.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, UseStringEnumConverter = true)]
[JsonSerializable(typeof(MigrationReport))]
internal sealed partial class MigrationJson : JsonSerializerContext
{
    /// <summary>The report, ending with a line break.</summary>
    public static string Write(MigrationReport report)
    {
        using var bytes = new MemoryStream();
        // Nothing of it goes into a web page, and "\u003C" is hard to read.
        var options = new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        using (var json = new Utf8JsonWriter(bytes, options))
            JsonSerializer.Serialize(json, report, Default.MigrationReport);
        return Encoding.UTF8.GetString(bytes.ToArray()) + "\n";
    }
}
