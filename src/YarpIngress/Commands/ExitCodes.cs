namespace YarpIngress.Commands;

/// <summary>Exit codes of every command.</summary>
internal static class ExitCodes
{
    public const int Success = 0;

    /// <summary>The command ran, and its answer is no: nothing serves the request, a problem is an error.</summary>
    public const int Failure = 1;

    /// <summary>The command line or the environment is wrong.</summary>
    public const int Usage = 2;
}
