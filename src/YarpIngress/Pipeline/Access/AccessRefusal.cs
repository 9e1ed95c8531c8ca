using YarpIngress.Pipeline.Errors;
using YarpIngress.Pipeline.Metrics;

namespace YarpIngress.Pipeline.Access;

/// <summary>Why a client may not, and what it is answered.</summary>
/// <param name="status">What is answered.</param>
/// <param name="by">What the metric counts.</param>
internal class AccessRefusal(int status, Rejection by)
{
    /// <summary>What is answered.</summary>
    public int Status { get; } = status;

    /// <summary>What the metric counts.</summary>
    public Rejection By { get; } = by;

    /// <summary>
    /// Whether another check may let the client pass all the same, where <c>satisfy any</c> says so. As in nginx that is so for 401
    /// and 403; any other status means that the check could not do its work.
    /// </summary>
    public bool MayBeMadeGood => Status is StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden;

    /// <summary>How a client logs in, as WWW-Authenticate says it; null for what is no login.</summary>
    public virtual string? Challenge => null;

    /// <summary>
    /// The same after another login that refused, which would let the client in all the same: its <paramref name="challenge"/> belongs
    /// into the answer too.
    /// </summary>
    public virtual AccessRefusal After(string challenge) => this;

    /// <summary>Answers the client.</summary>
    public virtual Task AnswerAsync(HttpContext context) => ErrorAnswer.WriteAsync(context, Status);
}
