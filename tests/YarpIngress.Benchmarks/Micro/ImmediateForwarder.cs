using Microsoft.AspNetCore.Http;
using Yarp.ReverseProxy.Forwarder;

namespace YarpIngress.Benchmarks.Micro;

/// <summary>A pod that has answered before it was asked: what is left is everything but the network.</summary>
/// <param name="services">Everything else.</param>
internal sealed class ImmediateForwarder(IServiceProvider services) : IHttpForwarder, IServiceProvider
{
    public object? GetService(Type serviceType) => serviceType == typeof(IHttpForwarder) ? this : services.GetService(serviceType);

    public ValueTask<ForwarderError> SendAsync(
        HttpContext context, string destinationPrefix, HttpMessageInvoker httpClient, ForwarderRequestConfig requestConfig,
        HttpTransformer transformer)
    {
        context.Response.ContentLength = 100;
        return new ValueTask<ForwarderError>(ForwarderError.None);
    }

    public ValueTask<ForwarderError> SendAsync(
        HttpContext context, string destinationPrefix, HttpMessageInvoker httpClient, ForwarderRequestConfig requestConfig,
        HttpTransformer transformer, CancellationToken cancellationToken) =>
        SendAsync(context, destinationPrefix, httpClient, requestConfig, transformer);
}
