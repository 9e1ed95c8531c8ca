using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using YarpIngress.Pipeline;
using YarpIngress.Proxy;

namespace YarpIngress.Tests.Proxy;

public sealed class DataPlaneServicesTests
{
    [Fact]
    public void NothingThatCostsEachRequestOrWritesToTheHomeDirectoryComesAlong()
    {
        var services = new ServiceCollection();
        services.AddDataPlane(new DataPlaneOptions());
        Assert.DoesNotContain(services, service => service.ServiceType == typeof(IAuthorizationHandlerProvider));
        Assert.DoesNotContain(services, service => service.ServiceType == typeof(IHostedService));
    }
}
