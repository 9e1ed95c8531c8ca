using Microsoft.AspNetCore.Http.Features;
using YarpIngress.Translation.Model;

namespace YarpIngress.Pipeline.Transforms;

/// <summary>Changes the request for its endpoint, and the answer for the client, as <c>transforms</c> says.</summary>
internal sealed class ApplyTransforms(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        var request = GatewayRequest.Of(context);
        if (request.Policies.Transforms is not { } transforms)
            return next(context);
        var target = request.RewrittenTarget ?? context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget[request.PathStart..];
        var changed = target.StartsWith('/') ? target : "/" + target;
        var (path, query) = changed.IndexOf('?') is >= 0 and var mark ? (changed[..mark], changed[mark..]) : (changed, "");
        foreach (var step in transforms.Steps)
        {
            if (step.Kind <= TransformKind.PathPattern)
                path = PathTransforms.Apply(step, path, request.Chosen?.Route?.Path ?? "/");
            else if (step.Kind <= TransformKind.QueryRemoveParameter)
                query = QueryTransforms.Apply(step, query);
            else if (step.Kind < TransformKind.ResponseHeader)
                RequestTransforms.Apply(step, context.Request);
        }
        if (path + query is var made && made != target)
            request.RewrittenTarget = made;
        if (transforms.HasAnswers)
            context.Response.OnStarting(static state =>
            {
                var (response, transforms) = ((HttpResponse, TransformsPolicy))state;
                AnswerTransforms.Apply(transforms, response);
                return Task.CompletedTask;
            }, (context.Response, transforms));
        return next(context);
    }
}
