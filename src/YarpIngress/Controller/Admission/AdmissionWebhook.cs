using System.Net.Security;
using System.Security.Authentication;
using YarpIngress.Kubernetes;
using YarpIngress.Kubernetes.Models;
using YarpIngress.Observability;
using YarpIngress.Options;

namespace YarpIngress.Controller.Admission;

/// <summary>The validating admission webhook: tells the author of an Ingress what is wrong with it, before it is stored.</summary>
internal sealed class AdmissionWebhook : IAsyncDisposable
{
    private readonly WebhookAddress _address;
    private readonly IWebhookCertificates _certificates;
    private readonly AdmissionLimits _limits = new();
    private readonly AdmissionEndpoint _endpoint;
    private readonly ILoggerFactory _loggers;
    private AdmissionServer? _server;

    private AdmissionWebhook(
        WebhookAddress address, IWebhookCertificates certificates, Func<V1Ingress, CancellationToken, Task<ReviewOutcome>> review,
        AdmissionMetrics metrics, ILoggerFactory loggers)
    {
        (_address, _certificates, _loggers) = (address, certificates, loggers);
        _endpoint = new AdmissionEndpoint(review, _limits, metrics, loggers.CreateLogger<AdmissionEndpoint>());
    }

    /// <summary>The port that is bound; 0 before.</summary>
    public int Port => _server?.Port ?? 0;

    /// <summary>The webhook that the options ask for; null when they ask for none.</summary>
    /// <param name="options">The options.</param>
    /// <param name="api">For a certificate that the controller makes for itself.</param>
    /// <param name="loop">Owns what a review looks at.</param>
    /// <param name="review">Judges.</param>
    /// <param name="metrics">Counts.</param>
    /// <param name="loggers">The log.</param>
    /// <param name="time">The clock.</param>
    public static AdmissionWebhook? Of(
        ControllerOptions options, ApiClient api, ControllerLoop loop, IngressReview review, AdmissionMetrics metrics,
        ILoggerFactory loggers, TimeProvider time)
    {
        if (options.ValidatingWebhook is not { } address)
            return null;
        IWebhookCertificates certificates =
            options is { ValidatingWebhookCertificate: { } certificate, ValidatingWebhookKey: { } key }
                ? new CertificateFiles(certificate, key, loggers.CreateLogger<CertificateFiles>(), time)
                : new SelfMadeCertificates(
                    api, options.ValidatingWebhookSecret!.Value, options.ValidatingWebhookConfiguration!,
                    loggers.CreateLogger<SelfMadeCertificates>(), time);
        return new AdmissionWebhook(WebhookAddress.Parse(address), certificates, ReviewAsync, metrics, loggers);

        async Task<ReviewOutcome> ReviewAsync(V1Ingress ingress, CancellationToken ct)
        {
            await loop.Synced.WaitAsync(ct);
            if (await loop.ReadAsync(() => review.Settings(ingress), ct) is not { } settings)
                return ReviewOutcome.Nothing;
            // Off the loop, which has changes to make live.
            var read = await Task.Run(() => review.Read(ingress, settings), ct);
            return await loop.ReadAsync(() => review.Judge(read), ct);
        }
    }

    /// <summary>Binds the port and begins to answer.</summary>
    /// <exception cref="IOException">The port can't be bound, or there is no certificate.</exception>
    public async Task StartAsync(LoopSet loops, CancellationToken ct)
    {
        await _certificates.BeginAsync(ct);
        _server = await AdmissionServer.StartAsync(_address, ContextAsync, _endpoint, _limits, _loggers, ct);
        loops.Start("webhook certificate", _certificates.RunAsync);
    }

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async ValueTask<SslStreamCertificateContext> ContextAsync(CancellationToken ct)
    {
        // A replica that has just begun may be asked before it has found the certificate of the others.
        await _certificates.Exists.WaitAsync(ct);
        return _certificates.Current?.Context ?? throw new AuthenticationException("the webhook has no certificate");
    }
}
