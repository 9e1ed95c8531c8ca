using Microsoft.AspNetCore.Http;
using Yarp.ReverseProxy.Forwarder;
using YarpIngress.Pipeline;
using YarpIngress.Pipeline.OutputCache;

namespace YarpIngress.Benchmarks.Micro;

/// <summary>A pod that has answered before it was asked: what is left is everything but the network.</summary>
/// <param name="services">Everything else.</param>
internal sealed class ImmediateForwarder(IServiceProvider services) : IHttpForwarder, IServiceProvider
{
    private const int Length = 100;

    public object? GetService(Type serviceType) => serviceType == typeof(IHttpForwarder) ? this : services.GetService(serviceType);

    public ValueTask<ForwarderError> SendAsync(
        HttpContext context, string destinationPrefix, HttpMessageInvoker httpClient, ForwarderRequestConfig requestConfig,
        HttpTransformer transformer)
    {
        context.Response.ContentLength = Length;
        if (GatewayRequest.Of(context).CacheEntry is { } entry)
            return SayAsync(context, entry);
        return new ValueTask<ForwarderError>(ForwarderError.None);
    }

    public ValueTask<ForwarderError> SendAsync(
        HttpContext context, string destinationPrefix, HttpMessageInvoker httpClient, ForwarderRequestConfig requestConfig,
        HttpTransformer transformer, CancellationToken cancellationToken) =>
        SendAsync(context, destinationPrefix, httpClient, requestConfig, transformer);

    // What is kept has to be there.
    private static async ValueTask<ForwarderError> SayAsync(HttpContext context, RecordedAnswer entry)
    {
        entry.Begin(context.Response, server: null);
        await context.Response.Body.WriteAsync(new byte[Length], context.RequestAborted);
        return ForwarderError.None;
    }
}
