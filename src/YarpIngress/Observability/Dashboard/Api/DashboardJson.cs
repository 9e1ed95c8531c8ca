using System.Text.Json;
using System.Text.Json.Serialization;

namespace YarpIngress.Observability.Dashboard.Api;

/// <summary>The answers as JSON.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(Overview))]
[JsonSerializable(typeof(Listing<RouteRow>), TypeInfoPropertyName = "ListingRouteRow")]
[JsonSerializable(typeof(Listing<BackendRow>), TypeInfoPropertyName = "ListingBackendRow")]
[JsonSerializable(typeof(Listing<CertificateRow>), TypeInfoPropertyName = "ListingCertificateRow")]
[JsonSerializable(typeof(Listing<ProblemRow>), TypeInfoPropertyName = "ListingProblemRow")]
[JsonSerializable(typeof(ControllerState))]
internal sealed partial class DashboardJson : JsonSerializerContext;
