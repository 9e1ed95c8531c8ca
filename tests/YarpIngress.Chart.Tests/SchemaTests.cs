using System.Text.Json.Nodes;
using YarpIngress.Chart.Tests.Values;

namespace YarpIngress.Chart.Tests;

public sealed class SchemaTests
{
    private static readonly JsonObject Schema = JsonNode.Parse(ChartFiles.Read("values.schema.json"))!.AsObject();

    [Theory]
    [MemberData(nameof(TestValues.Names), MemberType = typeof(TestValues))]
    public void Values_that_are_right_are_taken(string name) => Assert.Empty(Errors(TestValues.All[name]));

    [Theory]
    [InlineData("controler: {}", "(root): Additional property controler is not allowed")]
    [InlineData("controller: {service: {nodePort: 1}}", "controller.service: Additional property nodePort is not allowed")]
    [InlineData("controller: {service: {type: Nodeport}}", "controller.service.type: must be one of [\"ClusterIP\",\"NodePort\",\"LoadBalancer\"]")]
    [InlineData("controller: {replicaCount: \"2\"}", "controller.replicaCount: must be integer")]
    [InlineData("controller: {containerPort: {http: 80000}}", "controller.containerPort.http: must be 65535 or less")]
    [InlineData("controller: {image: {digest: sha256}}", "controller.image.digest: must match ^(sha256:[0-9a-f]{64})?$")]
    [InlineData("controller: {extraEnvs: [{value: a}]}", "controller.extraEnvs[0]: name is missing")]
    [InlineData("controller: {ingressClass: \"\"}", "controller.ingressClass: must not be empty")]
    [InlineData("controller: {admissionWebhooks: {failurePolicy: Open}}", "controller.admissionWebhooks.failurePolicy: must be one of [\"Ignore\",\"Fail\"]")]
    [InlineData("controller: {admissionWebhooks: {timeoutSeconds: 31}}", "controller.admissionWebhooks.timeoutSeconds: must be 30 or less")]
    [InlineData("tcp: {8080: default/web:80}", "tcp: must be empty")]
    [InlineData("rbac: {scope: yes please}", "rbac.scope: must be boolean")]
    public void Values_that_are_wrong_are_refused_by_name(string values, string message) => Assert.Equal([message], Errors(values));

    private static IEnumerable<string> Errors(string values) =>
        SchemaCheck.Errors(Schema, ChartValues.Merge(ChartFiles.Values().Values, ChartValues.Read(values)));
}
