namespace YarpIngress.Translation.Model;

/// <summary>
/// A finding about a Service or a Secret that matters to whoever refers to it: becomes a <see cref="Problem"/> on each
/// Ingress that does, so that <c>kubectl describe ingress</c> explains it.
/// </summary>
/// <param name="Reason">One of <see cref="ProblemReasons"/>.</param>
/// <param name="Severity">Whether something is not served as written.</param>
/// <param name="Field">The field below the reference, such as <c>service.port</c>; empty for the reference itself.</param>
/// <param name="Message">Names the object, what is wrong and what happens instead.</param>
public sealed record Notice(string Reason, ProblemSeverity Severity, string Field, string Message);
