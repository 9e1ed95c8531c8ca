using YarpIngress.Proxy;
using YarpIngress.Translation.Model;

namespace YarpIngress.Pipeline.Errors;

/// <summary>A request whose errors another backend answers for: which error it was, once there was one.</summary>
internal sealed class ErrorInterception(ErrorPolicy policy, ProxyRoute backend)
{
    private string? _challenge;

    /// <summary>The backend that answers for errors.</summary>
    public ProxyRoute Backend { get; } = backend;

    /// <summary>The status that is answered for; 0 as long as nothing went wrong.</summary>
    public int Status { get; private set; }

    /// <summary>Whether the backend is answering, so that nothing more is taken from anybody.</summary>
    public bool IsAnswering { get; private set; }

    /// <summary>Whether an answer of this status is not for the client. Its body is not read then, and nothing of it is sent.</summary>
    public bool Takes(GatewayRequest request, int status, bool isPods)
    {
        if (IsAnswering || (isPods && policy.OwnOnly) || !policy.Covers(status))
            return false;
        Status = status;
        _challenge = request.Context.Response.Headers.WWWAuthenticate.Count > 0
            ? request.Context.Response.Headers.WWWAuthenticate.ToString()
            : null;
        return true;
    }

    /// <summary>From here on answers are the backend's.</summary>
    public void BeginAnswer() => IsAnswering = true;

    /// <summary>
    /// The head of the backend's answer is there. Its status stands, unless it would make a failed authentication look like
    /// success to whatever sits in front of the gateway.
    /// </summary>
    public void Finish(HttpResponse response)
    {
        if (Status is not (StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden))
            return;
        if (response.StatusCode < StatusCodes.Status400BadRequest)
            response.StatusCode = Status;
        if (_challenge is not null)
            response.Headers.WWWAuthenticate = _challenge;
    }
}
