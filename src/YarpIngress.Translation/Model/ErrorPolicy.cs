namespace YarpIngress.Translation.Model;

/// <summary>What serves a route in place of its Service: when that has no endpoint, and for chosen errors.</summary>
public sealed record ErrorPolicy
{
    /// <summary>Of those that ask for nothing.</summary>
    public static ErrorPolicy None { get; } = new();

    /// <summary><c>custom-http-errors</c>: statuses whose answers come from the default backend instead.</summary>
    public EquatableArray<int> Codes { get; init; }

    /// <summary>
    /// <c>disable-proxy-intercept-errors</c>: whether only answers that the gateway gives itself are replaced, and no pod's.
    /// </summary>
    public bool OwnOnly { get; init; }

    /// <summary>
    /// <c>default-backend</c>: serves while the route's Service has no endpoint, and answers for <see cref="Codes"/>; null leaves the
    /// latter to <c>--default-backend-service</c>.
    /// </summary>
    public BackendKey? Backend { get; init; }

    /// <summary>Whether answers with this status are replaced.</summary>
    public bool Covers(int status)
    {
        foreach (var code in Codes)
        {
            if (code == status)
                return true;
        }
        return false;
    }
}
