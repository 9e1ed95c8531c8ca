namespace YarpIngress.Options;

/// <summary>How log lines look.</summary>
internal enum LogFormat
{
    /// <summary>One JSON object a line.</summary>
    Json,

    /// <summary>One line of text for people.</summary>
    Console,
}
