using YarpIngress.Kubernetes;
using YarpIngress.Kubernetes.Models;
using YarpIngress.LocalCluster.Discovery;
using YarpIngress.LocalCluster.Gateway;

namespace YarpIngress.LocalCluster.CommandLine;

/// <summary>What the program prints once everything runs: addresses, and commands that work when pasted.</summary>
internal static class NextSteps
{
    public static IEnumerable<string> Of(LocalClusterHost cluster, bool quickstart)
    {
        var kubeconfig = Shown(cluster.KubeconfigPath);
        yield return "";
        yield return $"kubeconfig    {cluster.KubeconfigPath}";
        if (cluster.Controller is not { } controller)
        {
            yield return "";
            yield return $"  kubectl --kubeconfig {kubeconfig} get all --all-namespaces";
            yield return $"  dotnet run -c Release --project src/YarpIngress -- --kubeconfig {kubeconfig} --bind-address 127.0.0.1";
            yield break;
        }

        var http = $"http://127.0.0.1:{controller.HttpPort}";
        yield return $"gateway       {http}  https://127.0.0.1:{controller.HttpsPort}";
        yield return $"dashboard     http://127.0.0.1:{controller.AdminPort}/dashboard/";
        yield return $"admin         http://127.0.0.1:{controller.AdminPort}/readyz  http://127.0.0.1:{controller.AdminPort}/metrics";
        var nodePort = Service(cluster, GatewayServices.NodePort);
        var nodeHttp = nodePort?.Spec?.Ports?.FirstOrDefault(port => port.Name == "http")?.NodePort;
        yield return $"node port     http://{cluster.Addresses.Node}:{nodeHttp}";
        var balancer = Service(cluster, GatewayServices.LoadBalancer);
        var balancerAddress = balancer?.Status?.LoadBalancer?.Ingress?.FirstOrDefault()?.Ip;
        var balancerPort = balancer?.Spec?.Ports?.FirstOrDefault(port => port.Name == "http")?.Port;
        if (balancerAddress is not null)
            yield return $"load balancer http://{balancerAddress}:{balancerPort}";
        if (!quickstart)
        {
            yield return "";
            yield return $"  kubectl --kubeconfig {kubeconfig} get ingress --all-namespaces";
            yield break;
        }

        yield return "";
        yield return "Try:";
        yield return $"  curl -H 'Host: shop.example.com' {http}/";
        yield return $"  curl -H 'Host: shop.example.com' {http}/api/orders";
        var secure = $"secure.example.com:{controller.HttpsPort}";
        yield return $"  curl -k --resolve {secure}:127.0.0.1 https://{secure}/";
        yield return $"  curl -H 'Host: shop.example.com' http://{cluster.Addresses.Node}:{nodeHttp}/";
        if (balancerAddress is not null)
            yield return $"  curl -H 'Host: shop.example.com' http://{balancerAddress}:{balancerPort}/";
        yield return $"  kubectl --kubeconfig {kubeconfig} -n demo get ingress,services,pods";
        yield return $"  kubectl --kubeconfig {kubeconfig} -n demo scale deployment web --replicas 5";
        yield return $"  kubectl --kubeconfig {kubeconfig} -n demo rollout restart deployment api";
        yield return $"  kubectl --kubeconfig {kubeconfig} -n demo edit ingress shop";
        yield return $"  kubectl --kubeconfig {kubeconfig} -n demo describe ingress shop";
    }

    private static V1Service? Service(LocalClusterHost cluster, ObjectKey key) =>
        cluster.Api.Find(ResourceCatalog.Services, key.Namespace, key.Name)?.Decode<V1Service>();

    /// <summary>A path as a shell takes it; relative when that is shorter.</summary>
    private static string Shown(string path)
    {
        var relative = Path.GetRelativePath(Environment.CurrentDirectory, path);
        var shown = relative.Length < path.Length && !relative.StartsWith("..", StringComparison.Ordinal) ? relative : path;
        return shown.All(c => char.IsLetterOrDigit(c) || "/._-+@%".Contains(c)) ? shown : $"'{shown.Replace("'", "'\\''")}'";
    }
}
