namespace YarpIngress.LocalCluster.Controllers.Kubelet;

/// <summary>How the containers of a pod are.</summary>
/// <param name="Problem">Why they do not run; null when they do.</param>
/// <param name="IsReady">Whether they take traffic, when they run.</param>
/// <param name="Restarts">How often they were started again.</param>
/// <param name="Id">What they are to the machine; null for a made-up one.</param>
internal readonly record struct ContainerState(string? Problem, bool IsReady = true, int Restarts = 0, string? Id = null);
