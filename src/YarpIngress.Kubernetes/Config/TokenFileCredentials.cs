namespace YarpIngress.Kubernetes;

/// <summary>
/// The kubelet replaces a mounted token long before the old one expires, so a read a minute is enough. A failed read
/// keeps the token that still works.
/// </summary>
internal sealed class TokenFileCredentials(string path) : Credentials
{
    private static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private Credential? _current;
    private string? _token;
    private DateTimeOffset _readAt;

    internal override ValueTask<Credential> GetAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            if (_current is null || now - _readAt >= MaxAge)
            {
                Read();
                _readAt = now;
            }

            return new(_current!);
        }
    }

    internal override bool Refuse(Credential refused)
    {
        lock (_lock)
        {
            if (ReferenceEquals(_current, refused))
                Read();
            return !ReferenceEquals(_current, refused);
        }
    }

    private void Read()
    {
        string token;
        try
        {
            token = File.ReadAllText(path).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (_current is null)
                throw new ClusterConfigException($"The token file {path} can't be read: {e.Message}", e);
            return;
        }

        if (token.Length == 0 && _current is null)
            throw new ClusterConfigException($"The token file {path} is empty.");

        if (token.Length > 0 && token != _token)
        {
            _current = new Credential(Bearer(token, $"The token file {path}"));
            _token = token;
        }
    }
}
