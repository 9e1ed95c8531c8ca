using System.Net;
using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Discovery;
using YarpIngress.LocalCluster.Store;

namespace YarpIngress.LocalCluster.Api.Services;

/// <summary>Gives Services their ClusterIPs and node ports while they are written, as upstream's registry does.</summary>
/// <remarks>What is taken follows from the stored Services; <see cref="Allocate"/> holds its picks until the write is through.</remarks>
internal sealed class ServiceAllocation
{
    private readonly Lock _gate = new();
    private readonly ServiceAddressOptions _options;
    private ClusterIpPool _addresses;
    private NodePortPool _ports;

    public ServiceAllocation(ServiceAddressOptions options, ObjectStore store)
    {
        _options = options;
        _addresses = new ClusterIpPool(options.ClusterIps);
        _ports = new NodePortPool(options.FirstNodePort, options.LastNodePort);
        store.Changed += Follow;
        store.Cleared += Reset;
    }

    /// <summary>Address of the API server's own Service.</summary>
    public IPAddress ApiServerAddress => _addresses.First;

    /// <summary>Fills in addresses and ports of <paramref name="service"/>, which replaces <paramref name="old"/>. Dispose the result when
    /// the write is done or has failed.</summary>
    public Reservation Allocate(JsonObject service, JsonObject? old)
    {
        var spec = new ServiceSpec(service);
        var before = old is null ? (ServiceSpec?)null : new ServiceSpec(old);
        lock (_gate)
        {
            var held = new Reservation(this);
            try
            {
                AllocateAddress(service, spec, before, held);
                AllocateNodePorts(service, spec, before, held);
                return held;
            }
            catch (ApiError)
            {
                Release(held);
                throw;
            }
        }
    }

    private void AllocateAddress(JsonObject service, ServiceSpec spec, ServiceSpec? before, Reservation held)
    {
        if (spec.IsExternalName)
            return;
        SetFamilies(spec);
        if (spec.IsHeadless)
        {
            spec.SetClusterIp("None");
            return;
        }
        if (spec.ClusterIp is not { } wanted)
        {
            var free = _addresses.FindFree() ?? throw ApiError.Internal("failed to allocate a serviceIP: range is full");
            held.Take(free);
            spec.SetClusterIp(free.ToString());
            return;
        }
        spec.SetClusterIp(wanted);
        if (before?.ClusterIp == wanted || !IPAddress.TryParse(wanted, out var address))
            return;
        if (!_addresses.Accepts(address))
            throw InvalidAddress(
                service, wanted, $"the provided IP ({wanted}) is not in the valid range. The range of valid IPs is {_addresses.Range}");
        if (_addresses.IsTaken(address))
            throw InvalidAddress(service, wanted, "provided IP is already allocated");
        held.Take(address);
    }

    private void AllocateNodePorts(JsonObject service, ServiceSpec spec, ServiceSpec? before, Reservation held)
    {
        if (!spec.NeedsNodePorts && spec.Type != "LoadBalancer")
            return;
        HashSet<int> own = before is { } old ? [.. old.Ports.Select(ServiceSpec.NodePort)] : [];
        var picked = new Dictionary<long, int>();
        var index = -1;
        foreach (var port in spec.Ports)
        {
            index++;
            var (_, number) = ServiceSpec.Identity(port);
            var wanted = ServiceSpec.NodePort(port);
            if (wanted == 0)
            {
                if (!spec.NeedsNodePorts)
                    continue;
                // One port under two protocols keeps one node port.
                if (!picked.TryGetValue(number, out wanted))
                {
                    wanted = _ports.FindFree() ?? throw ApiError.Internal("failed to allocate a nodePort: range is full");
                    held.Take(wanted);
                }
                port["nodePort"] = wanted;
                picked[number] = wanted;
                continue;
            }
            picked[number] = wanted;
            if (own.Contains(wanted) || held.Holds(wanted))
                continue;
            if (!_ports.Contains(wanted))
                throw InvalidPort(
                    service, index, wanted, $"provided port is not in the valid range. The range of valid ports is {_ports.Range}");
            if (_ports.IsTaken(wanted))
                throw InvalidPort(service, index, wanted, "provided port is already allocated");
            held.Take(wanted);
        }
    }

    private static void SetFamilies(ServiceSpec spec)
    {
        spec.Json["ipFamilyPolicy"] ??= "SingleStack";
        if (spec.Json["ipFamilies"] is not JsonArray { Count: > 0 })
            spec.Json["ipFamilies"] = new JsonArray("IPv4");
    }

    /// <summary>Takes note of what stored Services hold. Runs under the store's lock.</summary>
    private void Follow(StoreEvent change)
    {
        if (change.Object.Resource != ResourceCatalog.Services)
            return;
        lock (_gate)
        {
            if (change.Type != WatchEventType.Deleted)
                Count(change.Object.ToJson(), taken: true);
            if (change.Previous is { } previous)
                Count(previous.ToJson(), taken: false);
        }
    }

    private void Count(JsonObject service, bool taken)
    {
        var spec = new ServiceSpec(service);
        if (spec.NeedsClusterIp && IPAddress.TryParse(spec.ClusterIp, out var address) && _addresses.Accepts(address))
        {
            if (taken)
                _addresses.Take(address);
            else
                _addresses.Release(address);
        }
        foreach (var port in spec.Ports.Select(ServiceSpec.NodePort).Where(p => p != 0).Distinct())
        {
            if (taken)
                _ports.Take(port);
            else
                _ports.Release(port);
        }
    }

    private void Reset()
    {
        lock (_gate)
        {
            _addresses = new ClusterIpPool(_options.ClusterIps);
            _ports = new NodePortPool(_options.FirstNodePort, _options.LastNodePort);
        }
    }

    private void Release(Reservation held)
    {
        lock (_gate)
        {
            foreach (var address in held.Addresses)
                _addresses.Release(address);
            foreach (var port in held.Ports)
                _ports.Release(port);
        }
    }

    private static ApiError InvalidAddress(JsonObject service, string address, string why) => ApiError.Invalid(
        ResourceCatalog.Services,
        ObjectMetadata.Of(service).Name ?? "",
        [
            new StatusCause(
                "FieldValueInvalid",
                $"Invalid value: []string{{\"{address}\"}}: failed to allocate IP {address}: {why}",
                "spec.clusterIPs"),
        ]);

    private static ApiError InvalidPort(JsonObject service, int index, int port, string why) => ApiError.Invalid(
        ResourceCatalog.Services,
        ObjectMetadata.Of(service).Name ?? "",
        [new StatusCause("FieldValueInvalid", $"Invalid value: {port}: {why}", $"spec.ports[{index}].nodePort")]);

    /// <summary>What one write holds until the store has taken note of it.</summary>
    internal sealed class Reservation(ServiceAllocation owner) : IDisposable
    {
        private readonly List<IPAddress> _addresses = [];
        private readonly HashSet<int> _ports = [];

        public IReadOnlyList<IPAddress> Addresses => _addresses;

        public IReadOnlyCollection<int> Ports => _ports;

        public void Take(IPAddress address)
        {
            owner._addresses.Take(address);
            _addresses.Add(address);
        }

        public void Take(int port)
        {
            owner._ports.Take(port);
            _ports.Add(port);
        }

        public bool Holds(int port) => _ports.Contains(port);

        public void Dispose()
        {
            owner.Release(this);
            _addresses.Clear();
            _ports.Clear();
        }
    }
}
