using System.Net;
using Microsoft.AspNetCore.Http;

namespace YarpIngress.Tests.Proxy;

public class UploadTests
{
    [Fact]
    public async Task ManyClientsUploadOverConnectionsThatStay()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var pod = await Origin.StartAsync(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, ct);
            await context.Response.WriteAsync($"{body.Length}", ct);
        });
        await using var gateway = await Gateway.StartAsync();
        gateway.Serve("a.io", [pod.EndPoint]);

        await Task.WhenAll(Enumerable.Range(0, 16).Select(async number =>
        {
            using var client = Clients.To(gateway.HttpPort, HttpVersion.Version11);
            for (var i = 0; i < 60; i++)
            {
                var length = ((number * 7919) + (i * 4099)) % 200_000;
                using var content = new ByteArrayContent(new byte[length]);
                using var request = new HttpRequestMessage(HttpMethod.Put, "http://a.io/") { Content = content };
                request.Headers.TransferEncodingChunked = i % 3 == 0;
                using var answer = await client.SendAsync(request, ct).WaitAsync(TimeSpan.FromSeconds(30), ct);
                Assert.Equal($"{length}", await answer.Content.ReadAsStringAsync(ct));
            }
        }));
    }
}
