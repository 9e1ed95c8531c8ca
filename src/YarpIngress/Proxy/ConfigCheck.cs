using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Transforms.Builder;
using YarpIngress.Kubernetes;
using YarpIngress.Translation.Model;
using ClusterConfig = Yarp.ReverseProxy.Configuration.ClusterConfig;
using Route = YarpIngress.Translation.Model.Route;

namespace YarpIngress.Proxy;

/// <summary>YARP's own validation of one route or one cluster, as problems of the object behind it.</summary>
internal sealed class ConfigCheck(IConfigValidator validator, ITransformBuilder transforms)
{
    /// <summary>Why YARP refuses the route; null when it does not.</summary>
    public Problem? Check(Route route, RouteConfig config)
    {
        var errors = Errors(validator.ValidateRouteAsync(config), transforms.ValidateRoute(config));
        return errors is null
            ? null
            : Refused(
                new ProblemObject("Ingress", route.Ingress), $"The route '{config.RouteId}' is not served: the proxy refuses it. {errors}");
    }

    /// <summary>Why YARP refuses the cluster; null when it does not.</summary>
    public Problem? Check(Backend backend, ClusterConfig config)
    {
        var errors = Errors(validator.ValidateClusterAsync(config), transforms.ValidateCluster(config));
        return errors is null
            ? null
            : Refused(
                new ProblemObject("Service", new ObjectKey(backend.Key.Namespace, backend.Key.Service)),
                $"The backend '{config.ClusterId}' answers 503: the proxy refuses it. {errors}");
    }

    private static Problem Refused(ProblemObject subject, string message) => new()
    {
        Object = subject,
        Reason = ProblemReasons.ProxyConfigRefused,
        Severity = ProblemSeverity.Error,
        Message = message,
    };

    private static string? Errors(ValueTask<IList<Exception>> fromValidator, IReadOnlyList<Exception> fromTransforms)
    {
        // Asynchronous by signature only, for named policies that come from elsewhere; on the writer's thread in any case.
        var errors = fromValidator.IsCompletedSuccessfully ? fromValidator.Result : fromValidator.AsTask().GetAwaiter().GetResult();
        return errors.Count + fromTransforms.Count == 0
            ? null
            : string.Join(' ', errors.Concat(fromTransforms).Select(error => error.Message));
    }
}
