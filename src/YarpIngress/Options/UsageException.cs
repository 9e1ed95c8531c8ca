namespace YarpIngress.Options;

/// <summary>The command line or the environment is wrong: one line for the person who wrote it, exit code 2.</summary>
internal sealed class UsageException(string message) : Exception(message);
