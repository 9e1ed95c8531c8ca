using Microsoft.AspNetCore.Connections.Features;

namespace YarpIngress.Pipeline.Draining;

/// <summary>Closes the connection of each request gracefully once <see cref="DrainSwitch"/> is on.</summary>
internal sealed class Drain(RequestDelegate next, DrainSwitch drain)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (drain.IsDraining)
            context.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
        return next(context);
    }
}
