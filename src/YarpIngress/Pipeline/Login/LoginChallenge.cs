using YarpIngress.Pipeline.Access;
using YarpIngress.Pipeline.Errors;
using YarpIngress.Pipeline.Metrics;

namespace YarpIngress.Pipeline.Login;

/// <summary>401 with what the client has to do to be let in.</summary>
/// <param name="challenge">The value of WWW-Authenticate.</param>
internal sealed class LoginChallenge(string challenge) : AccessRefusal(StatusCodes.Status401Unauthorized, Rejection.Authentication)
{
    /// <inheritdoc/>
    public override string? Challenge => challenge;

    /// <inheritdoc/>
    public override Task AnswerAsync(HttpContext context) =>
        ErrorAnswer.WriteAsync(context, Status, headers: [new("WWW-Authenticate", challenge)]);
}
