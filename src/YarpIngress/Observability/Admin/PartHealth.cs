namespace YarpIngress.Observability.Admin;

/// <summary>How one part of the controller does.</summary>
/// <param name="Name">Such as <c>informer ingresses</c>.</param>
/// <param name="Ok">Whether the whole is fine as far as this part goes.</param>
/// <param name="Detail">For people; also when it is fine.</param>
internal readonly record struct PartHealth(string Name, bool Ok, string Detail);
