using Microsoft.AspNetCore.Http.Features;
using YarpIngress.Pipeline.Bodies;

namespace YarpIngress.Pipeline.Compression;

/// <summary>Compresses answers for clients that accept it, where <c>use-gzip</c> or <c>enable-brotli</c> asks for it.</summary>
internal sealed class AnswerCompression(RequestDelegate next, CompressionDefaults defaults)
{
    public Task InvokeAsync(HttpContext context) =>
        defaults.Current is { } rules && CompressionRules.MayApply(context.Request) && !BodySize.IsTunnel(context)
            ? CompressAsync(context, rules)
            : next(context);

    private async Task CompressAsync(HttpContext context, CompressionRules rules)
    {
        var client = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        using var answer = new CompressedAnswer(client, rules, context);
        context.Features.Set<IHttpResponseBodyFeature>(answer);
        try
        {
            await next(context);
            await answer.FinishAsync();
        }
        finally
        {
            context.Features.Set(client);
        }
    }
}
