using System.Security.Cryptography;

namespace YarpIngress.Controller.Admission;

/// <summary>A certificate and its key in files, such as of a mounted Secret. They are read again and again: whoever renews them need not
/// tell, and links that change below a watched directory are missed by nobody.</summary>
internal sealed partial class CertificateFiles(string certificate, string key, ILogger<CertificateFiles> log, TimeProvider time)
    : IWebhookCertificates
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(2);

    private volatile WebhookCertificate? _current;
    private (string Certificate, string Key) _seen;
    private string? _told;

    public WebhookCertificate? Current => _current;

    // Without one nothing begins.
    public Task Exists => Task.CompletedTask;

    public async Task BeginAsync(CancellationToken ct)
    {
        try
        {
            await ReadAsync(ct);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new IOException($"the webhook's certificate {certificate} with its key {key} can't be used: {error.Message}", error);
        }
    }

    public async Task RunAsync(CancellationToken ct)
    {
        using var timer = new PeriodicTimer(Period, time);
        while (await timer.WaitForNextTickAsync(ct))
        {
            try
            {
                if (!await ReadAsync(ct))
                    continue;
                Log.Renewed(log, certificate, _current!.Leaf.NotAfter);
                _told = null;
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException or CryptographicException)
            {
                // Between the two files' change they do not fit; what stays wrong is told once.
                if (_told != error.Message)
                    Log.Unusable(log, certificate, error.Message);
                _told = error.Message;
            }
        }
    }

    /// <summary>Whether there was something new.</summary>
    private async Task<bool> ReadAsync(CancellationToken ct)
    {
        var read = (await File.ReadAllTextAsync(certificate, ct), await File.ReadAllTextAsync(key, ct));
        if (read == _seen)
            return false;
        _current = WebhookCertificate.Parse(read.Item1, read.Item2);
        _seen = read;
        return true;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information,
            "The webhook's certificate {File} was renewed; it is valid until {NotAfter}", EventName = "WebhookCertificateRenewed")]
        public static partial void Renewed(ILogger log, string file, DateTime notAfter);

        [LoggerMessage(2, LogLevel.Warning,
            "The webhook's certificate {File} changed and can't be used; the former one stays: {Error}",
            EventName = "WebhookCertificateUnusable")]
        public static partial void Unusable(ILogger log, string file, string error);
    }
}
