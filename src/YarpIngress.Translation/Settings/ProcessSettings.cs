namespace YarpIngress.Translation.Settings;

/// <summary>What the global ConfigMap says of the process itself, over its flags.</summary>
public sealed record ProcessSettings
{
    /// <summary>
    /// <c>worker-shutdown-timeout</c>: how long open requests may go on once the process is to end; null leaves it to
    /// <c>--post-shutdown-grace-period</c>.
    /// </summary>
    public TimeSpan? DrainTimeout { get; init; }

    /// <summary><c>error-log-level</c>: the least that is logged; null leaves it to <c>--v</c>.</summary>
    public LogSeverity? LeastLogged { get; init; }
}

/// <summary>How much a line of the log matters.</summary>
public enum LogSeverity
{
    /// <summary>For who looks for a fault.</summary>
    Debug,

    /// <summary>What happens.</summary>
    Information,

    /// <summary>What is wrong with an object or an endpoint.</summary>
    Warning,

    /// <summary>What is wrong with the gateway or its surroundings.</summary>
    Error,

    /// <summary>What ends it.</summary>
    Critical,
}
