namespace YarpIngress.Pipeline.Forwarding.Http1;

/// <summary>How the sending of a request's body ended.</summary>
/// <param name="Outcome">How.</param>
/// <param name="Failure">The error, where there was one.</param>
internal readonly record struct UploadEnd(UploadOutcome Outcome, Exception? Failure = null);
