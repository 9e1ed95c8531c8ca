using System.Text.Json.Nodes;

namespace YarpIngress.LocalCluster.Discovery;

/// <summary>The Kubernetes version whose API this is.</summary>
internal static class ServerVersion
{
    public const string Git = "v1.32.4";

    public static JsonObject Json { get; } = new()
    {
        ["major"] = "1",
        ["minor"] = "32",
        ["gitVersion"] = Git,
        ["gitCommit"] = "59526cd4867447956156ae3a602fcbac10a2c335",
        ["gitTreeState"] = "clean",
        ["buildDate"] = "2025-04-22T15:59:53Z",
        ["goVersion"] = "go1.23.6",
        ["compiler"] = "gc",
        ["platform"] = "linux/amd64",
    };
}
