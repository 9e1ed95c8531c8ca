namespace YarpIngress.LocalCluster.Api;

/// <summary>One cause in a Status' details.</summary>
/// <param name="Reason">Machine-readable, such as <c>FieldValueInvalid</c>.</param>
/// <param name="Message">For people, without the field's name.</param>
/// <param name="Field">The field's path; empty when it is not about one.</param>
internal readonly record struct StatusCause(string Reason, string Message, string Field);
