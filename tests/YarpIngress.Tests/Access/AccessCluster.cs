using System.Text;
using YarpIngress.Tests.Answers;

namespace YarpIngress.Tests.Access;

/// <summary>One cluster and controller for all tests of who may use a route.</summary>
[CollectionDefinition(nameof(AccessCluster))]
public sealed class AccessCollection : ICollectionFixture<AccessCluster>;

/// <summary>See <see cref="AccessCollection"/>.</summary>
public sealed class AccessCluster : AnswersCluster
{
    /// <summary>A Secret with these entries.</summary>
    internal Task ApplySecretAsync(string name, params (string Name, string Value)[] entries) =>
        ApplyAsync("Secret", name, "data",
            [.. entries.Select(one => (one.Name, Convert.ToBase64String(Encoding.UTF8.GetBytes(one.Value))))]);

    /// <summary>The header of Basic.</summary>
    internal static (string Name, string Value) Login(string name, string password) =>
        ("Authorization", "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{name}:{password}")));
}
