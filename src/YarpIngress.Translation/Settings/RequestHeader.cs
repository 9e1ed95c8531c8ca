using YarpIngress.Translation.Variables;

namespace YarpIngress.Translation.Settings;

/// <summary>A header for requests to pods.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">Its value, with variables.</param>
public sealed record RequestHeader(string Name, VariableText Value);
