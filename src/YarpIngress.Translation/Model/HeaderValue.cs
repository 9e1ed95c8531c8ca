namespace YarpIngress.Translation.Model;

/// <summary>A header that somebody configured; checked, fit to be sent.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">Its value.</param>
public readonly record struct HeaderValue(string Name, string Value);
