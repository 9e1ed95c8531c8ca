namespace YarpIngress.Translation.Settings;

/// <summary>What becomes of characters in a log line's values that could be taken for something else.</summary>
public enum LogEscape
{
    /// <summary>nginx's own: quotes, backslashes, control characters and what is not ASCII as <c>\xXX</c>.</summary>
    Default,

    /// <summary><c>log-format-escape-json</c>: as inside a JSON string.</summary>
    Json,

    /// <summary><c>log-format-escape-none</c>: as they are, but line breaks, which would forge a line.</summary>
    None,
}
