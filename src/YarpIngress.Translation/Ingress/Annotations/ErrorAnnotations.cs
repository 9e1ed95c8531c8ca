using YarpIngress.Translation.Model;
using YarpIngress.Translation.Settings;

namespace YarpIngress.Translation.Ingress.Annotations;

/// <summary>What serves in place of a Service; see <see cref="ErrorPolicy"/>.</summary>
internal static class ErrorAnnotations
{
    /// <summary>The annotation whose Service is a backend of the Ingress too.</summary>
    public const string DefaultBackend = "default-backend";

    public static readonly IReadOnlyList<Annotation> All =
    [
        new("custom-http-errors", AnnotationRisk.Low, "statuses from 400 to 599 with commas between", "as the ConfigMap says, else none",
            "Statuses whose answers come from the default backend instead, which is told of the error in X-* headers.",
            (policies, text) => With(policies, errors => errors with { Codes = Codes(text) }))
        {
            Example = "404,503",
            Difference = "401 and 403 keep their status when the default backend answers with less than 400; without a default backend "
                + "that has endpoints the answer stays as it is.",
        },
        new("disable-proxy-intercept-errors", AnnotationRisk.Low, "true or false", "as the ConfigMap says, else false",
            "Whether custom-http-errors replaces only answers that the gateway gives itself.",
            (policies, text) => With(policies, errors => errors with { OwnOnly = SettingValue.Bool(text) }))
        {
            Example = "true",
        },
        new(DefaultBackend, AnnotationRisk.Low, "the name of a Service of the same namespace, whose first port is used", "none",
            "Serves while the Service of a path has no endpoint, and answers for custom-http-errors.", SetBackend)
        {
            Example = "error-pages",
        },
    ];

    // An empty list would turn off those of the ConfigMap.
    private static EquatableArray<int> Codes(string text) =>
        string.IsNullOrWhiteSpace(text) ? throw new FormatException("must not be empty") : ErrorKeys.Codes(text, 400);

    private static RoutePolicies SetBackend(RoutePolicies policies, string text, AnnotationSource source)
    {
        var name = text.Trim();
        return HostName.IsDnsLabel(name)
            ? With(policies, errors => errors with { Backend = new BackendKey(source.Ingress.Namespace, name, "") })
            : throw new FormatException("must be the name of a Service");
    }

    private static RoutePolicies With(RoutePolicies policies, Func<ErrorPolicy, ErrorPolicy> change)
    {
        var changed = change(policies.Errors ?? ErrorPolicy.None);
        return policies with { Errors = changed == ErrorPolicy.None ? null : changed };
    }
}
