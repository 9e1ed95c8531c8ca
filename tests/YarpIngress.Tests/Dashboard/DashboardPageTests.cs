using System.Text.RegularExpressions;
using Microsoft.Playwright;
using YarpIngress.Kubernetes;
using YarpIngress.Tests.Layer4.Streams;

namespace YarpIngress.Tests.Dashboard;

public sealed class DashboardPageTests(Chromium chromium)
{
    public static readonly TheoryData<string, string> Views = new()
    {
        { "overview", "Overview" },
        { "routes", "Routes" },
        { "backends", "Backends" },
        { "certificates", "Certificates" },
        { "problems", "Problems" },
        { "controller", "Controller" },
        { "explain", "Explain" },
    };

    [Fact]
    public async Task Every_view_opens_without_an_error_and_fits_a_phone()
    {
        await using var desktop = await chromium.OpenAsync();
        await using var phone = await chromium.OpenAsync(phone: true, dark: true);
        await using var cluster = await DashboardCluster.StartAsync();
        foreach (var page in (BrowserPage[])[desktop, phone])
        {
            foreach (var (view, title) in Views.Select(row => row.Data))
            {
                await page.GoAsync(cluster.Controller.AdminPort, view);
                await Assertions.Expect(page.Page.Locator("#view h1")).ToHaveTextAsync(title);
                await Assertions.Expect(page.Page.Locator("nav a[aria-current=page]")).ToContainTextAsync(title);
                await Assertions.Expect(page.Page.Locator("#offline")).ToBeHiddenAsync();
                var excess = await page.Page.EvaluateAsync<int>(
                    "() => document.documentElement.scrollWidth - document.documentElement.clientWidth");
                Assert.True(excess <= 0, $"{view}: {excess} pixels wider than the screen");
            }
            page.AssertFaultless();
        }
    }

    [Fact]
    public async Task Objects_problems_and_certificates_are_shown_with_links_between_them()
    {
        await using var browser = await chromium.OpenAsync();
        await using var cluster = await DashboardCluster.StartAsync();
        var page = browser.Page;

        await browser.GoAsync(cluster.Controller.AdminPort, "problems");
        var problem = page.Locator("li", new() { HasText = "Ingress default/blog-copy" });
        await Assertions.Expect(problem).ToContainTextAsync("DuplicatePath");
        await Assertions.Expect(problem).ToContainTextAsync("kubectl -n default describe ingress blog-copy");

        await page.GetByRole(AriaRole.Link, new() { Name = "Ingress default/reports" }).First.ClickAsync();
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("Routes");
        await Assertions.Expect(page.Locator("tbody tr")).ToHaveCountAsync(1);
        await Assertions.Expect(page.Locator("tbody tr")).ToContainTextAsync("reports.example.com");

        await page.GetByRole(AriaRole.Link, new() { Name = "reports:80" }).ClickAsync();
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("Backends");
        await Assertions.Expect(page.Locator("tbody tr")).ToContainTextAsync("no endpoints: 503");

        await browser.GoAsync(cluster.Controller.AdminPort, "certificates");
        await Assertions.Expect(page.Locator("tbody tr")).ToContainTextAsync(new Regex("shop\\.example\\.com.*in 89 days.*default/shop-tls"));
        await page.GoBackAsync();
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("Backends");
        browser.AssertFaultless();
    }

    [Fact]
    public async Task Ports_and_hosts_whose_TLS_is_passed_through_are_shown()
    {
        var (tcp, udp) = (StreamBed.FreePort(), StreamBed.FreePort());
        await using var cluster = await DashboardCluster.StartAsync(options => options with
        {
            EnableSslPassthrough = true,
            TcpServicesConfigMap = new ObjectKey("default", "tcp"),
            UdpServicesConfigMap = new ObjectKey("default", "udp"),
        });
        await cluster.Bed.ApplyAsync($$"""
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: tcp, namespace: default}
            data: {"{{tcp}}": "default/web:80:PROXY"}
            ---
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: udp, namespace: default}
            data: {"{{udp}}": "default/dns:53"}
            ---
            apiVersion: networking.k8s.io/v1
            kind: Ingress
            metadata: {name: vault, namespace: default, annotations: {nginx.ingress.kubernetes.io/ssl-passthrough: "true"} }
            spec:
              ingressClassName: yarp
              rules:
              - host: vault.example.com
                http:
                  paths:
                  - {path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80} } } }
                  - {path: /ui, pathType: Prefix, backend: {service: {name: api, port: {number: 80} } } }
            """);
        await using (await StreamBed.ConnectAsync(tcp))
        {
            foreach (var phone in (bool[])[false, true])
            {
                await using var browser = await chromium.OpenAsync(phone);
                await browser.GoAsync(cluster.Controller.AdminPort, "controller");
                var port = browser.Page.Locator("tr", new() { HasText = $"tcp/{tcp}" });
                await Assertions.Expect(port).ToContainTextAsync("default/web:80");
                await Assertions.Expect(port).ToContainTextAsync("PROXY protocol from clients");
                await Assertions.Expect(browser.Page.Locator("tr", new() { HasText = $"udp/{udp}" })).ToContainTextAsync("none");
                await browser.TakeAsync("ports", phone);

                await browser.GoAsync(cluster.Controller.AdminPort, "routes?q=example.com");
                var host = browser.Page.Locator("tr", new() { HasText = "vault.example.com" });
                await Assertions.Expect(host.First).ToContainTextAsync("TLS passed through to web:80");
                await Assertions.Expect(browser.Page.Locator("tr", new() { HasText = "shop.example.com" }).First)
                    .Not.ToContainTextAsync("passed through");
                await browser.TakeAsync("passthrough", phone);

                await browser.GoAsync(cluster.Controller.AdminPort, $"explain?url=udp%3A%2F%2Fgateway%3A{udp}");
                await Assertions.Expect(browser.Page.Locator("pre.output")).ToContainTextAsync("none: the datagram is dropped");
                browser.AssertFaultless();
            }
        }
    }

    [Fact]
    public async Task Numbers_move_under_load()
    {
        await using var browser = await chromium.OpenAsync();
        await using var cluster = await DashboardCluster.StartAsync();
        await browser.GoAsync(cluster.Controller.AdminPort, "overview");
        await Assertions.Expect(Figure(browser, "requests")).ToHaveTextAsync("0");
        await Assertions.Expect(Figure(browser, "p99")).ToHaveTextAsync("–");

        await Wait.UntilAsync(
            async () =>
            {
                await cluster.SendAsync(50);
                return await Figure(browser, "requests").TextContentAsync() is not ("0" or "–")
                    && await Figure(browser, "p50").TextContentAsync() != "–"
                    && await Figure(browser, "serverErrorShare").TextContentAsync() is { } errors && errors.StartsWith("10", StringComparison.Ordinal);
            },
            "numbers of the load");
        await Assertions.Expect(browser.Page.Locator(".chart path.stroke").First).ToBeAttachedAsync();
        await Assertions.Expect(browser.Page.GetByRole(AriaRole.Img, new() { NameRegex = new Regex("^Requests a second, now: all .+") })).ToBeVisibleAsync();
        browser.AssertFaultless();
    }

    [Fact]
    public async Task Search_finds_one_of_20000_hosts()
    {
        await using var browser = await chromium.OpenAsync();
        await using var cluster = await DashboardCluster.StartAsync();
        await cluster.AddManyHostsAsync();
        var page = browser.Page;

        await browser.GoAsync(cluster.Controller.AdminPort, "routes");
        await Assertions.Expect(page.Locator(".found")).ToHaveTextAsync("20,006 routes");
        await Assertions.Expect(page.Locator("tbody tr")).ToHaveCountAsync(50);
        await page.GetByRole(AriaRole.Button, new() { Name = "Next" }).ClickAsync();
        await Assertions.Expect(page.Locator(".pager span")).ToHaveTextAsync("51–100 of 20,006");
        await Assertions.Expect(page.Locator("tbody tr").First).ToContainTextAsync("app-00050.example.net");

        await page.GetByRole(AriaRole.Searchbox).FillAsync("app-1234 example.net");
        await Assertions.Expect(page.Locator(".found")).ToHaveTextAsync("10 of 20,006 routes");
        await Assertions.Expect(page.Locator("tbody tr").First).ToContainTextAsync("app-12340.example.net");
        Assert.EndsWith("#/routes?q=app-1234+example.net", page.Url);

        await page.GetByRole(AriaRole.Searchbox).FillAsync("nowhere");
        await Assertions.Expect(page.GetByText("Nothing matches")).ToBeVisibleAsync();
        browser.AssertFaultless();
    }

    [Fact]
    public async Task A_request_is_explained_and_so_is_one_that_failed()
    {
        await using var browser = await chromium.OpenAsync();
        await using var cluster = await DashboardCluster.StartAsync();
        var page = browser.Page;
        await browser.GoAsync(cluster.Controller.AdminPort, "explain");
        await page.GetByLabel("URL").FillAsync("http://reports.example.com/monthly");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator("pre.output")).ToContainTextAsync("Ingress default/reports");
        await Assertions.Expect(page.Locator(".panel", new() { Has = page.Locator("pre") }).Locator(".chip")).ToHaveTextAsync("503");

        await cluster.SendFailingAsync("the-request-that-failed");
        await page.GetByLabel("Request id").FillAsync("the-request-that-failed");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator("pre.output")).ToContainTextAsync("the-request-that-failed");
        browser.AssertFaultless();
    }

    [Fact]
    public async Task Dark_and_light_follow_the_browser_and_can_be_read()
    {
        await using var cluster = await DashboardCluster.StartAsync();
        var grounds = new List<double>();
        foreach (var dark in (bool[])[false, true])
        {
            await using var browser = await chromium.OpenAsync(dark: dark);
            await browser.GoAsync(cluster.Controller.AdminPort, "overview");
            await Assertions.Expect(browser.Page.Locator(".problems li").First).ToBeVisibleAsync();
            grounds.Add(await browser.Page.EvaluateAsync<double>(Contrast.Luminance, "body"));
            foreach (var text in (string[])["h1", ".head p", "nav a[aria-current]", "nav a:not([aria-current])", ".tile dt", ".problems .message", ".chip.bad", ".chip.good"])
                Assert.True(await browser.Page.EvaluateAsync<double>(Contrast.OfText, text) >= 4.5, $"contrast of {text}, dark {dark}");
            browser.AssertFaultless();
        }
        Assert.True(grounds[0] > 0.8 && grounds[1] < 0.05, string.Join(' ', grounds));
    }

    [Fact]
    public async Task Everything_can_be_reached_by_keyboard_and_has_a_name()
    {
        await using var browser = await chromium.OpenAsync();
        await using var cluster = await DashboardCluster.StartAsync();
        await browser.GoAsync(cluster.Controller.AdminPort, "explain");
        var page = browser.Page;
        await page.Keyboard.PressAsync("Tab");
        await Assertions.Expect(page.GetByText("Skip to content")).ToBeFocusedAsync();
        foreach (var name in (string[])["URL", "Headers, one a line", "Request id"])
            await Assertions.Expect(page.GetByLabel(name, new() { Exact = true })).ToBeVisibleAsync();
        await browser.GoAsync(cluster.Controller.AdminPort, "overview");
        var link = page.GetByRole(AriaRole.Navigation).GetByRole(AriaRole.Link, new() { NameRegex = new Regex("^Problems") });
        await link.FocusAsync();
        for (var i = 0; i < 2; i++)
            await page.WaitForResponseAsync(answer => answer.Url.EndsWith("/api/overview", StringComparison.Ordinal));
        await Assertions.Expect(link).ToBeFocusedAsync();
        await browser.GoAsync(cluster.Controller.AdminPort, "backends");
        await Assertions.Expect(page.GetByLabel("Search Services and endpoint addresses")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "No endpoints" }).FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator(".found")).ToHaveTextAsync("2 of 4 backends");
        browser.AssertFaultless();
    }

    [Fact]
    public async Task A_controller_that_goes_away_is_told()
    {
        await using var browser = await chromium.OpenAsync();
        await using var cluster = await DashboardCluster.StartAsync();
        await browser.GoAsync(cluster.Controller.AdminPort, "overview");
        await cluster.Controller.StopAsync(TestContext.Current.CancellationToken);
        await Assertions.Expect(browser.Page.Locator("#offline")).ToContainTextAsync("The controller does not answer");
    }

    private static ILocator Figure(BrowserPage browser, string name) => browser.Page.Locator($"[data-figure={name}]");
}
