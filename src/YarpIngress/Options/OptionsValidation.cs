using System.Net;
using YarpIngress.Controller.Admission;

namespace YarpIngress.Options;

/// <summary>Rules between options and those that a single value's text does not show. Checked once, before anything starts.</summary>
internal static class OptionsValidation
{
    /// <summary>Throws <see cref="UsageException"/> with the first rule that is broken.</summary>
    public static void Check(ControllerOptions options)
    {
        if (options is { WatchNamespace: not null, WatchNamespaceSelector: not null })
            throw new UsageException("--watch-namespace and --watch-namespace-selector exclude each other; give one of them");
        if (options.PublishService is not null && options.PublishStatusAddresses.Count > 0)
            throw new UsageException("--publish-service and --publish-status-address exclude each other; give one of them");
        if (options.WatchNamespaceSelector is { } selector && !LabelSelectorSyntax.IsValid(selector))
            throw new UsageException(
                $"--watch-namespace-selector={selector}: must be a label selector such as team=web,tier in (a,b),!internal");
        if (options.IngressClass.Length == 0)
            throw new UsageException("--ingress-class must not be empty");
        if (options.ControllerClass.Length == 0)
            throw new UsageException("--controller-class must not be empty");
        if (options.ElectionId.Length == 0)
            throw new UsageException("--election-id must not be empty");
        if (options.AnnotationsPrefix.Length == 0)
            throw new UsageException("--annotations-prefix must not be empty");
        if (options.ElectionTtl < TimeSpan.FromSeconds(1))
            throw new UsageException($"--election-ttl={GoDuration.Format(options.ElectionTtl)}: must be at least 1s");
        if (options.ApiServerHost is { } host
            && !(Uri.TryCreate(host, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"))
            throw new UsageException($"--apiserver-host={host}: must be a URL such as https://10.0.0.1:6443");
        CheckWebhook(options);
        foreach (var address in options.PublishStatusAddresses)
            if (!IPAddress.TryParse(address, out _) && Uri.CheckHostName(address) != UriHostNameType.Dns)
                throw new UsageException($"--publish-status-address: \"{address}\" is neither an IP address nor a host name");
        CheckPorts(options);
    }

    private static void CheckWebhook(ControllerOptions options)
    {
        if (options.ValidatingWebhook is not { } address)
            return;
        var (files, made) = (
            (options.ValidatingWebhookCertificate is not null, options.ValidatingWebhookKey is not null),
            (options.ValidatingWebhookSecret is not null, options.ValidatingWebhookConfiguration is not null));
        if ((files, made) is not (((true, true), (false, false)) or ((false, false), (true, true))))
            throw new UsageException(
                "--validating-webhook needs --validating-webhook-certificate and --validating-webhook-key, or, for a certificate that the "
                + "controller makes, --validating-webhook-secret and --validating-webhook-configuration");
        try
        {
            WebhookAddress.Parse(address);
        }
        catch (FormatException error)
        {
            throw new UsageException($"--validating-webhook={address}: {error.Message}");
        }
    }

    private static void CheckPorts(ControllerOptions options)
    {
        (string Name, int Port)[] ports =
        [
            ("--http-port", options.HttpPort), ("--https-port", options.HttpsPort), ("--healthz-port", options.HealthzPort),
            ("--validating-webhook", options.ValidatingWebhook is { } webhook ? WebhookAddress.Parse(webhook).Port : 0),
        ];
        var taken = ports.Where(port => port.Port != 0).GroupBy(port => port.Port).FirstOrDefault(group => group.Count() > 1);
        if (taken is not null)
            throw new UsageException(
                $"{string.Join(" and ", taken.Select(port => port.Name))} are both {taken.Key}; each needs its own port");
    }
}
