namespace YarpIngress.Pipeline.Bodies;

/// <summary>The end of a body of which its client sends nothing for <c>client-body-timeout</c>.</summary>
internal static class SlowBody
{
    /// <summary>What ends the reading of such a body.</summary>
    public static BadHttpRequestException Error() =>
        new("The client sent nothing of the body for client-body-timeout.", StatusCodes.Status408RequestTimeout);
}
