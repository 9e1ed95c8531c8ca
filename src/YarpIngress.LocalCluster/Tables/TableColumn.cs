using System.Text.Json.Nodes;

namespace YarpIngress.LocalCluster.Tables;

/// <summary>One column of a kind's table.</summary>
/// <param name="Name">Heading; kubectl shows it in capitals.</param>
/// <param name="Cell">What it shows of an object.</param>
/// <param name="Wide">Only with <c>-o wide</c>.</param>
/// <param name="Type">OpenAPI type of the cells.</param>
internal sealed record TableColumn(string Name, Func<TableRow, JsonNode?> Cell, bool Wide = false, string Type = "string")
{
    /// <summary>The object's name, first in nearly every table.</summary>
    public static TableColumn ObjectName { get; } = new("Name", row => row.Text("metadata", "name"));

    /// <summary>The object's age, last in nearly every table.</summary>
    public static TableColumn Age { get; } = new("Age", row => row.Age(row.Text("metadata", "creationTimestamp")));

    /// <summary>The format attribute: kubectl never hides or abbreviates names.</summary>
    public string Format => Name == "Name" ? "name" : "";
}
