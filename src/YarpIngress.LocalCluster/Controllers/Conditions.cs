using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Schema;

namespace YarpIngress.LocalCluster.Controllers;

/// <summary>The conditions of a status.</summary>
internal static class Conditions
{
    public static JsonObject? Find(JsonObject? status, string type) =>
        status.ItemsAt("conditions").FirstOrDefault(condition => condition.TextAt("type") == type);

    public static bool IsTrue(JsonObject? status, string type) => Find(status, type).TextAt("status") == "True";

    /// <summary>Sets a condition; the transition time moves only when its status does. Returns the condition.</summary>
    public static JsonObject Set(JsonObject status, string type, string value, string? reason, string? message, DateTimeOffset now)
    {
        if (status["conditions"] is not JsonArray list)
            status["conditions"] = list = [];
        var condition = Find(status, type);
        if (condition is null)
        {
            condition = new JsonObject { ["type"] = type };
            list.Add((JsonNode)condition);
        }

        if (condition.TextAt("status") != value)
        {
            condition["status"] = value;
            condition["lastTransitionTime"] = now.Timestamp();
        }

        SetText(condition, "reason", reason);
        SetText(condition, "message", message);
        return condition;
    }

    public static void Remove(JsonObject status, string type)
    {
        if (Find(status, type) is { } condition)
            (status["conditions"] as JsonArray)?.Remove(condition);
    }

    private static void SetText(JsonObject condition, string name, string? text)
    {
        if (text is null)
            condition.Remove(name);
        else
            condition[name] = text;
    }
}
