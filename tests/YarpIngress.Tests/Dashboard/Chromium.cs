using Microsoft.Playwright;
using YarpIngress.Tests.Dashboard;

[assembly: AssemblyFixture(typeof(Chromium))]

namespace YarpIngress.Tests.Dashboard;

/// <summary>One headless Chromium for all tests, started by the first that opens a page.</summary>
public sealed class Chromium : IAsyncDisposable
{
    // Nothing but what the test asks for: no updates, no services of its maker, no first-run pages.
    private static readonly string[] Flags =
    [
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
    ];

    private readonly Lock _lock = new();
    private Task<(IPlaywright Playwright, IBrowser Browser)>? _started;

    /// <summary>The program: <c>YARPINGRESS_CHROMIUM</c>, else the one in <c>PATH</c>; null when there is none.</summary>
    public static string? Program { get; } = Find();

    /// <summary>Why tests that need it are skipped.</summary>
    public const string Missing =
        "there is no chromium: install it (build.sh test does where it may use apt), or set YARPINGRESS_CHROMIUM";

    /// <summary>Opens an empty page of its own.</summary>
    /// <param name="phone">The width of a phone instead of a desktop's.</param>
    /// <param name="dark">Whether the user prefers dark.</param>
    internal async Task<BrowserPage> OpenAsync(bool phone = false, bool dark = false)
    {
        Assert.SkipWhen(Program is null, Missing);
        Task<(IPlaywright Playwright, IBrowser Browser)> started;
        lock (_lock)
            started = _started ??= StartAsync(Program ?? "");
        var context = await (await started).Browser.NewContextAsync(new()
        {
            ViewportSize = phone ? new() { Width = 390, Height = 844 } : new() { Width = 1280, Height = 860 },
            DeviceScaleFactor = 1,
            HasTouch = phone,
            ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light,
        });
        context.SetDefaultTimeout((float)Wait.Deadline.TotalMilliseconds);
        return new BrowserPage(context, await context.NewPageAsync());
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_started is null)
            return;
        var (playwright, browser) = await _started;
        await browser.CloseAsync();
        playwright.Dispose();
    }

    private static async Task<(IPlaywright Playwright, IBrowser Browser)> StartAsync(string program)
    {
        Assertions.SetDefaultExpectTimeout((float)Wait.Deadline.TotalMilliseconds);
        var playwright = await Playwright.CreateAsync();
        return (playwright, await playwright.Chromium.LaunchAsync(new() { ExecutablePath = program, Args = Flags }));
    }

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("YARPINGRESS_CHROMIUM") is { Length: > 0 } given)
            return given;
        var directories = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries);
        return directories.Select(directory => Path.Combine(directory, "chromium")).FirstOrDefault(File.Exists);
    }
}
