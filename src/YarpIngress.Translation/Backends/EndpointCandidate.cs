using YarpIngress.Kubernetes.Models;
using YarpIngress.Translation.Model;

namespace YarpIngress.Translation.Backends;

/// <summary>An endpoint that may take traffic, with what it is chosen by.</summary>
/// <param name="Endpoint">Address and port.</param>
/// <param name="IsReady">Whether it is ready; else it only serves until it is gone.</param>
/// <param name="IsIPv6">Whether the address is an IPv6 address.</param>
/// <param name="Node">Its node; null when that is not known.</param>
/// <param name="Pod">Its pod; null when it is none, or nothing says which.</param>
/// <param name="Hints">Who should use it.</param>
internal readonly record struct EndpointCandidate(
    Endpoint Endpoint, bool IsReady, bool IsIPv6, string? Node, string? Pod, V1EndpointHints? Hints);
