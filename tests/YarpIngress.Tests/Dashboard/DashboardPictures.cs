using Microsoft.Playwright;

namespace YarpIngress.Tests.Dashboard;

/// <summary>
/// Makes the pictures of the docs, when asked: <c>YARPINGRESS_PICTURES=/tmp/pictures</c> says where they go, and the options
/// <c>-explicit only -class YarpIngress.Tests.Dashboard.DashboardPictures</c> run it.
/// </summary>
public sealed class DashboardPictures(Chromium chromium)
{
    /// <summary>Where pictures go; null where nobody asks for them.</summary>
    internal static readonly string? Directory = Environment.GetEnvironmentVariable("YARPINGRESS_PICTURES");

    [Fact(Explicit = true)]
    public async Task Take_them()
    {
        Assert.SkipWhen(string.IsNullOrEmpty(Directory), "YARPINGRESS_PICTURES does not name a directory");
        await using var cluster = await DashboardCluster.StartAsync();
        await cluster.AddManyHostsAsync();
        using var enough = new CancellationTokenSource();
        var load = LoadAsync(cluster, enough.Token);
        await using (var first = await chromium.OpenAsync())
        {
            await first.GoAsync(cluster.Controller.AdminPort, "overview");
            var history = "() => fetch('/api/overview').then(answer => answer.json()).then(overview => overview.history.filter(point => point.requests > 0).length)";
            await Wait.UntilAsync(async () => await first.Page.EvaluateAsync<int>(history) >= 18, "some history");
        }
        foreach (var (phone, dark) in (IEnumerable<(bool, bool)>)[(false, false), (false, true), (true, false), (true, true)])
        {
            await using var browser = await chromium.OpenAsync(phone, dark);
            foreach (var view in DashboardPageTests.Views.Select(row => row.Data.Item1))
            {
                await browser.GoAsync(cluster.Controller.AdminPort, view == "explain" ? "explain?url=http%3A%2F%2Freports.example.com%2Fmonthly" : view);
                await browser.Page.Locator(view == "explain" ? "pre.output" : "#view tbody tr, #view .problems li").First.WaitForAsync();
                await browser.Page.Locator("nav .count").First.WaitForAsync(new() { State = WaitForSelectorState.Attached });
                var name = $"dashboard-{view}{(phone ? "-phone" : "")}{(dark ? "-dark" : "")}.png";
                await browser.Page.ScreenshotAsync(new() { Path = Path.Combine(Directory, name), Scale = ScreenshotScale.Css });
            }
        }
        await enough.CancelAsync();
        await load;
    }

    private static async Task LoadAsync(DashboardCluster cluster, CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
            await cluster.SendAsync(30);
    }
}
