using Yarp.ReverseProxy.Forwarder;
using YarpIngress.Observability.Tracing;
using YarpIngress.Pipeline.Access;
using YarpIngress.Pipeline.Addresses;
using YarpIngress.Pipeline.Authorization;
using YarpIngress.Pipeline.Blocked;
using YarpIngress.Pipeline.Bodies;
using YarpIngress.Pipeline.Canary;
using YarpIngress.Pipeline.Compression;
using YarpIngress.Pipeline.Cors;
using YarpIngress.Pipeline.Denied;
using YarpIngress.Pipeline.Draining;
using YarpIngress.Pipeline.Endpoints;
using YarpIngress.Pipeline.Errors;
using YarpIngress.Pipeline.ExternalAuth;
using YarpIngress.Pipeline.Forwarding;
using YarpIngress.Pipeline.Headers;
using YarpIngress.Pipeline.Health;
using YarpIngress.Pipeline.Limits;
using YarpIngress.Pipeline.Login;
using YarpIngress.Pipeline.Mirror;
using YarpIngress.Pipeline.OutputCache;
using YarpIngress.Pipeline.RateLimiter;
using YarpIngress.Pipeline.Redirects;
using YarpIngress.Pipeline.Rewrite;
using YarpIngress.Pipeline.Routing;
using YarpIngress.Pipeline.Starting;
using YarpIngress.Pipeline.Timeouts;
using YarpIngress.Pipeline.Tracing;
using YarpIngress.Pipeline.Transforms;
using YarpIngress.Proxy;
using YarpIngress.Proxy.Listeners;

namespace YarpIngress.Pipeline;

/// <summary>What happens to a request, in order. It follows ingress-nginx, whose users rely on the order.</summary>
internal static class RequestPipeline
{
    /// <summary>Builds the pipeline; a step that a route does not use returns the next one's task as it is.</summary>
    /// <param name="services">See <see cref="DataPlaneServices"/>.</param>
    /// <param name="live">Completes when there are routes to serve.</param>
    public static RequestDelegate Build(IServiceProvider services, Task live)
    {
        var dataPlane = services.GetRequiredService<DataPlane>();
        var log = services.GetRequiredService<ILoggerFactory>();

        var transformer = new BackendTransformer();

        // Last: balancing and the forwarder, as often as it takes.
        RequestDelegate forward = new Forward(
            services.GetRequiredService<IHttpForwarder>(), services.GetRequiredService<PassiveHealth>(),
            log.CreateLogger<Forward>()).InvokeAsync;

        // After everything that may answer by itself, before anything is chosen from the endpoints.
        RequestDelegate endpoints = new NoEndpoints(forward).InvokeAsync;

        // The steps of policies, in ingress-nginx's order, the last first. Routes without any of them skip them all.
        // Last of them: only what a pod will get is read, and only a pod's answer is buffered.
        RequestDelegate buffered = new RequestBuffering(
            new ResponseBuffering(forward).InvokeAsync, services.GetRequiredService<ListenerLimits>(),
            log.CreateLogger<RequestBuffering>()).InvokeAsync;
        RequestDelegate policies = new NoEndpoints(buffered).InvokeAsync;

        // In place of the pod, and so before anything asks whether there is one; what is kept is what the pod answered, to which the
        // route's headers are added for each client anew.
        policies = new OutputCacheStep(policies).InvokeAsync;

        // The last word on what is sent and what is answered, after all that looks at the request as it came.
        policies = new ApplyTransforms(policies).InvokeAsync;

        // Around all that waits for endpoints.
        policies = new RequestTimeout(policies).InvokeAsync;

        // Once it is known which backend would serve.
        policies = new DefaultBackend(policies, transformer).InvokeAsync;

        // Whatever refuses a request, or changes it, is the route's own.
        policies = new CanarySelection(policies, transformer).InvokeAsync;

        // nginx's precontent phase: after all that may refuse a request, before it goes anywhere.
        policies = new MirrorStep(policies, services.GetRequiredService<MirrorCopies>()).InvokeAsync;

        // What the pod gets instead of the client's host: nothing before asks for it.
        policies = new RewriteHost(policies).InvokeAsync;

        // After the checks that tell who it is.
        policies = new AuthorizationStep(policies).InvokeAsync;

        // Last of what may refuse a request without knowing who sends it: redirects, which say nothing of the site, do not wait
        // for a login. Before anybody sends it anywhere.
        policies = new AccessControl(
            policies, new AddressCheck(), services.GetRequiredService<LoginCheck>(),
            services.GetRequiredService<ExternalAuthCheck>()).InvokeAsync;

        // Before the password is looked at: who refuses it may hand the request to a default backend.
        policies = new WithheldCredentials(policies).InvokeAsync;

        // Beside the limits by annotation: what these refuse takes no permit, and waits for none.
        policies = new RateLimiterStep(policies).InvokeAsync;

        // nginx's preaccess phase: before addresses and credentials, so that guessing them is limited too.
        policies = new RequestLimits(policies, services.GetRequiredService<LimitZones>()).InvokeAsync;

        // Before addresses, limits and authentication, which would only be repeated over HTTPS.
        policies = new HttpsRedirect(policies, services.GetRequiredService<TrafficPorts>()).InvokeAsync;

        // Before the redirect to HTTPS, which sends the client's own path.
        policies = new RewritePath(policies).InvokeAsync;

        // Before everything about the backend: it is not asked, and need not be there.
        policies = new RedirectRoute(policies).InvokeAsync;

        // Before redirects and authentication: a browser's question carries no credentials and follows no redirect.
        policies = new Preflight(policies).InvokeAsync;

        // A protection that can't be given: nothing else of the route may answer.
        policies = new DeniedRoute(policies).InvokeAsync;

        // Before anything of the route may answer: the body of a request that is redirected, or has to log in, counts too.
        policies = new BodySize(policies).InvokeAsync;
        RequestDelegate plain = new BodySize(endpoints).InvokeAsync;

        // Around everything else of the route, so that any of its errors has the page that was asked for.
        policies = new CustomErrors(policies, forward, dataPlane, transformer).InvokeAsync;

        RequestDelegate split = context => GatewayRequest.Of(context) is { Chosen: { } route } request
            && (route.HasSteps || HttpsRedirect.Concerns(request, route)) ? policies(context) : plain(context);

        // Around whatever answers: headers and errors are what they will be.
        RequestDelegate compressed = new AnswerCompression(split, services.GetRequiredService<CompressionDefaults>()).InvokeAsync;

        // What counts is what the client's connection carries.
        RequestDelegate paced = new AnswerRate(compressed, services.GetRequiredService<TimeProvider>()).InvokeAsync;

        // As soon as it is known whether the route is traced, and before anything else can answer or call someone.
        RequestDelegate trace = new BeginTrace(paced, services.GetRequiredService<RequestTracing>()).InvokeAsync;

        // Host, then path: what comes later reads its policy from the route. Who is blocked everywhere learns nothing of either.
        RequestDelegate route = new RouteSelection(
            trace, dataPlane, services.GetRequiredService<Blocks>(), services.GetRequiredService<HealthCheck>(), transformer).InvokeAsync;

        // Before anything that asks about hosts, and before it is known who is blocked.
        RequestDelegate starting = new NotLive(route, live).InvokeAsync;

        // First, so that every answer of a draining process, errors included, sends the client elsewhere.
        return new Drain(starting, services.GetRequiredService<DrainSwitch>()).InvokeAsync;
    }
}
