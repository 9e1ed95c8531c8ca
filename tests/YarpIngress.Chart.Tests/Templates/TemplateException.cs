namespace YarpIngress.Chart.Tests.Templates;

/// <summary>A template can't be parsed or executed, or refuses its values.</summary>
internal sealed class TemplateException(string message) : Exception(message);
