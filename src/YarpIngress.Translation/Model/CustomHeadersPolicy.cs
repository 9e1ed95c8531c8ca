using YarpIngress.Kubernetes;

namespace YarpIngress.Translation.Model;

/// <summary>Headers that answers get, in place of the pod's of the same name.</summary>
/// <param name="ConfigMap"><c>custom-headers</c>: where they are.</param>
/// <param name="Headers">What is in it; empty before it was looked at.</param>
public sealed record CustomHeadersPolicy(ObjectKey ConfigMap, EquatableArray<HeaderValue> Headers);
