using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Discovery;

namespace YarpIngress.LocalCluster.Api.Admission;

/// <summary>A write that is valid and about to be stored.</summary>
/// <param name="Operation">CREATE, UPDATE or DELETE.</param>
/// <param name="Resource">The resource that it was sent to.</param>
/// <param name="Namespace">Its namespace; null for cluster-scoped kinds.</param>
/// <param name="Name">Its name.</param>
/// <param name="Subresource">Such as <c>status</c>; null for the object itself.</param>
/// <param name="Object">As it would be stored; null on DELETE.</param>
/// <param name="OldObject">As it is stored; null on CREATE.</param>
/// <param name="DryRun">Whether it is only tried.</param>
internal sealed record AdmissionCall(
    string Operation, ResourceInfo Resource, string? Namespace, string Name, string? Subresource, JsonObject? Object, JsonObject? OldObject,
    bool DryRun);
