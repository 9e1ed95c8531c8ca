using System.Text.Json.Nodes;
using YarpIngress.Controller;
using YarpIngress.Kubernetes;
using YarpIngress.Kubernetes.Models;
using YarpIngress.Options;
using YarpIngress.Tests.Controller;

namespace YarpIngress.Tests.Admission;

/// <summary>An API server that asks a controller about every Ingress, over HTTPS with a certificate that the controller made.</summary>
public sealed class AdmissionCluster : IAsyncLifetime
{
    private TestBed? _bed;
    private IngressController? _controller;
    private int _namespaces;

    internal TestBed Bed => _bed ?? throw new InvalidOperationException("not started");

    internal IngressController Controller => _controller ?? throw new InvalidOperationException("not started");

    internal static ControllerOptions SelfMade(ControllerOptions options) => options with
    {
        ValidatingWebhook = "127.0.0.1:0",
        ValidatingWebhookSecret = new ObjectKey("default", "webhook-certificate"),
        ValidatingWebhookConfiguration = "yarp-ingress",
    };

    public async ValueTask InitializeAsync()
    {
        _bed = await TestBed.StartAsync();
        await RegisterAsync(_bed);
        _controller = await _bed.StartReadyControllerAsync(SelfMade);
        await ServeAsync(_bed, _controller);
    }

    public async ValueTask DisposeAsync()
    {
        if (_bed is not null)
            await _bed.DisposeAsync();
    }

    /// <summary>A new namespace.</summary>
    internal async Task<string> NamespaceAsync()
    {
        var name = $"test-{Interlocked.Increment(ref _namespaces)}";
        await Bed.ApplyAsync($"{{apiVersion: v1, kind: Namespace, metadata: {{name: {name}}}}}");
        return name;
    }

    /// <summary>As the chart registers it, with failurePolicy Fail: what is not asked about is not stored either.</summary>
    internal static Task RegisterAsync(TestBed bed) => bed.ApplyAsync("""
        apiVersion: v1
        kind: Secret
        metadata: {name: webhook-certificate, namespace: default}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: webhook, namespace: default}
        spec: {ports: [{name: https, port: 443, targetPort: 8443}]}
        ---
        apiVersion: admissionregistration.k8s.io/v1
        kind: ValidatingWebhookConfiguration
        metadata: {name: yarp-ingress}
        webhooks:
        - name: validate.yarp-ingress.dev
          clientConfig: {service: {name: webhook, namespace: default, path: /networking/v1/ingresses}}
          rules: [{apiGroups: [networking.k8s.io], apiVersions: [v1], resources: [ingresses], operations: [CREATE, UPDATE]}]
          failurePolicy: Fail
          matchPolicy: Equivalent
          sideEffects: None
          timeoutSeconds: 30
          admissionReviewVersions: [v1]
        """);

    /// <summary>Makes the controller the Service's endpoint and waits until it is trusted.</summary>
    internal static async Task ServeAsync(TestBed bed, IngressController controller)
    {
        await bed.ApplyAsync($$"""
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            metadata: {name: webhook-1, namespace: default, labels: {kubernetes.io/service-name: webhook} }
            addressType: IPv4
            endpoints: [{addresses: [127.0.0.1], conditions: {ready: true} }]
            ports: [{name: https, port: {{controller.AdmissionPort}} }]
            """);
        await Wait.UntilAsync(() => IsTrustedAsync(bed), "certificate of the webhook");
    }

    internal static async Task<string?> BundleAsync(TestBed bed) => (string?)(await bed.Api.SendAsync(
        HttpMethod.Get, "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/yarp-ingress", null, "",
        TestContext.Current.CancellationToken))["webhooks"]?[0]?["clientConfig"]?["caBundle"];

    // What the controller has not presented yet makes the first call fail.
    private static async Task<bool> IsTrustedAsync(TestBed bed)
    {
        if (await BundleAsync(bed) is null)
            return false;
        try
        {
            await bed.Api.SendAsync(
                HttpMethod.Post, V1Ingress.Resource.CollectionPath("default") + "?dryRun=All",
                JsonNode.Parse("""
                    {"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": {"name": "probe"},
                     "spec": {"defaultBackend": {"service": {"name": "probe", "port": {"number": 80}}}}}
                    """), "application/json", TestContext.Current.CancellationToken);
            return true;
        }
        catch (ApiException error) when (error.Message.Contains("failed calling webhook", StringComparison.Ordinal))
        {
            return false;
        }
    }
}
