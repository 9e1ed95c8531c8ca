using System.Security.Cryptography.X509Certificates;

namespace YarpIngress.Tests.ClientCertificates;

/// <summary>An authority, one below it, a stranger, and a client of each; made once for the tests of a class.</summary>
public sealed class Authorities : IAsyncLifetime
{
    private readonly List<IDisposable> _made = [];
    private OpenSslAuthority? _root;
    private OpenSslAuthority? _middle;
    private OpenSslAuthority? _stranger;
    private X509Certificate2? _client;
    private X509Certificate2? _middleClient;
    private X509Certificate2? _strangersClient;

    internal OpenSslAuthority Root => _root ?? throw NotStarted();

    internal OpenSslAuthority Middle => _middle ?? throw NotStarted();

    internal OpenSslAuthority Stranger => _stranger ?? throw NotStarted();

    internal X509Certificate2 Client => _client ?? throw NotStarted();

    internal X509Certificate2 MiddleClient => _middleClient ?? throw NotStarted();

    internal X509Certificate2 StrangersClient => _strangersClient ?? throw NotStarted();

    public async ValueTask InitializeAsync()
    {
        _made.Add(_root = await OpenSslAuthority.CreateAsync("/O=Example/CN=Root"));
        _made.Add(_middle = await OpenSslAuthority.CreateAsync("/O=Example/CN=Middle", _root));
        _made.Add(_stranger = await OpenSslAuthority.CreateAsync("/CN=Stranger"));
        _made.Add(_client = await _root.IssueAsync("/C=DE/O=Example, Inc./OU=One+OU=Two/CN=client-7"));
        _made.Add(_middleClient = await _middle.IssueAsync("/CN=client-of-middle"));
        _made.Add(_strangersClient = await _stranger.IssueAsync("/CN=client-7"));
    }

    public ValueTask DisposeAsync()
    {
        foreach (var made in _made)
            made.Dispose();
        return ValueTask.CompletedTask;
    }

    private static InvalidOperationException NotStarted() => new("the authorities are not made yet");
}
