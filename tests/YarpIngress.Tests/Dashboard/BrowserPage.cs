using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace YarpIngress.Tests.Dashboard;

/// <summary>A page that remembers what went wrong in it.</summary>
internal sealed class BrowserPage : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly ConcurrentQueue<string> _faults = [];
    private string? _origin;

    public BrowserPage(IBrowserContext context, IPage page)
    {
        (_context, Page) = (context, page);
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
                _faults.Enqueue($"console {message.Type}: {message.Text}");
        };
        page.PageError += (_, error) => _faults.Enqueue($"uncaught: {error}");
        page.Request += (_, request) =>
        {
            if (_origin is not null && !request.Url.StartsWith(_origin, StringComparison.Ordinal))
                _faults.Enqueue($"asked elsewhere: {request.Url}");
        };
        page.Response += (_, response) =>
        {
            if (response.Status >= 400)
                _faults.Enqueue($"{response.Status} for {response.Url}");
        };
    }

    public IPage Page { get; }

    /// <summary>Goes to a view of the dashboard on an admin port and waits until it shows something.</summary>
    public async Task GoAsync(int adminPort, string view)
    {
        _origin = $"http://127.0.0.1:{adminPort}/";
        await Page.GotoAsync($"{_origin}dashboard/#/{view}");
        await Page.Locator("#view h1").WaitForAsync();
        await Page.Locator("#replica .name").WaitForAsync(new() { State = WaitForSelectorState.Attached });
    }

    /// <summary>A picture for whoever asks for pictures: see <see cref="DashboardPictures"/>.</summary>
    public async Task TakeAsync(string name, bool phone)
    {
        if (DashboardPictures.Directory is { Length: > 0 } directory)
            await Page.ScreenshotAsync(new() { Path = Path.Combine(directory, $"{name}{(phone ? "-phone" : "")}.png"), FullPage = true });
    }

    /// <summary>Fails with everything that went wrong: errors, refusals of the content security policy, requests elsewhere.</summary>
    public void AssertFaultless() => Assert.Empty(_faults);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await _context.CloseAsync();
}
