using Yarp.ReverseProxy.Forwarder;

namespace YarpIngress.Pipeline.Forwarding.Http1;

/// <summary>How an exchange with a pod ended.</summary>
/// <param name="Error">What failed, in YARP's words.</param>
/// <param name="Failure">The error, where there was one.</param>
/// <param name="Status">What the client should be told.</param>
/// <param name="MayRepeat">Whether the pod can't have acted on the request, or may do so twice.</param>
internal readonly record struct ExchangeEnd(
    ForwarderError Error, Exception? Failure = null, int Status = StatusCodes.Status502BadGateway, bool MayRepeat = false);
