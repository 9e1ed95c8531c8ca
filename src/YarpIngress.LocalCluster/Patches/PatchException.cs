namespace YarpIngress.LocalCluster.Patches;

/// <summary>A patch that cannot be read (400 BadRequest) or does not apply to the object (422 Invalid).</summary>
internal sealed class PatchException(int statusCode, string message) : Exception(message)
{
    public int StatusCode { get; } = statusCode;

    public static PatchException Malformed(string message) => new(400, message);

    public static PatchException DoesNotApply(string message) => new(422, message);
}
