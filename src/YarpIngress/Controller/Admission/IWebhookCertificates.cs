namespace YarpIngress.Controller.Admission;

/// <summary>Where the webhook's certificate comes from: from files, or made by the controller itself.</summary>
internal interface IWebhookCertificates
{
    /// <summary>The certificate of new connections; null while there is none.</summary>
    WebhookCertificate? Current { get; }

    /// <summary>Completes when there is one, and stays so.</summary>
    Task Exists { get; }

    /// <summary>Before the port is bound.</summary>
    /// <exception cref="IOException">There never will be one.</exception>
    Task BeginAsync(CancellationToken ct);

    /// <summary>Keeps it current.</summary>
    Task RunAsync(CancellationToken ct);
}
