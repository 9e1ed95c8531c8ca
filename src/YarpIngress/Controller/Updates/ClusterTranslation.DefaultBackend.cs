using YarpIngress.Controller.Problems;
using YarpIngress.Translation.Backends;
using YarpIngress.Translation.Ingress;
using YarpIngress.Translation.Model;

namespace YarpIngress.Controller.Updates;

/// <content>The Service of --default-backend-service.</content>
internal sealed partial class ClusterTranslation
{
    private void TranslateDefaultBackend(ModelDraft draft)
    {
        if (!cache.Dirty.DefaultBackend || cache.Settings.DefaultBackendService is not { } service)
            return;
        var found = cache.Services.Service(service);
        var key = found is null ? null : BackendTranslator.FirstPort(found);
        _problems.Replace(new ProblemSource("default backend", ""), key is not null ? [] : [new Problem
        {
            Object = new ProblemObject("Service", service),
            Reason = found is null ? ProblemReasons.ServiceNotFound : ProblemReasons.ServicePortNotFound,
            Severity = ProblemSeverity.Error,
            Message = $"the Service of --default-backend-service {(found is null ? "does not exist" : "has no TCP port")}; "
                + "requests that nothing matches answer 404",
        }]);
        // As if an Ingress without annotations asked for it; errors of it are its own.
        if (key is { } bare)
            key = bare with { Policy = GlobalSettings.Routes.Backend };
        var policies = UnreadableAuth.Close(GlobalSettings.Routes with { Errors = null });
        if (key == cache.DefaultBackend && policies == _defaultPolicies)
            return;
        if (cache.DefaultBackend is { } former)
            cache.Dirty.Backends.Add(former);
        if (key is { } next)
            cache.Dirty.Backends.Add(next);
        cache.DefaultBackend = key;
        _defaultPolicies = policies;
        draft.DefaultBackendChanged = true;
    }
}
