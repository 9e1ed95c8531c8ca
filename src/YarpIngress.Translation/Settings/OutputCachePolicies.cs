using YarpIngress.Translation.Ingress.Annotations;
using YarpIngress.Translation.Model;

namespace YarpIngress.Translation.Settings;

/// <summary>Reads the policies of <c>output-cache-policies</c>.</summary>
internal static class OutputCachePolicies
{
    private const int LargestBody = 16 * 1024 * 1024;
    private const string Any = "*";

    /// <summary>Reads one.</summary>
    public static OutputCachePolicy Read(string name, DialectFields fields)
    {
        var byDefault = new OutputCachePolicy { Name = name };
        var expiration = fields.Time("Expiration") ?? byDefault.Expiration;
        var hasQuery = fields.Has("VaryByQuery");
        var query = fields.TextOrList("VaryByQuery");
        var headers = fields.TextOrList("VaryByHeader");
        var policy = byDefault with
        {
            Expiration = expiration,
            QueryNames = !hasQuery || query.Contains(Any) ? null : query.Where(one => one.Length > 0).ToEquatableArray(),
            HeaderNames = headers.Where(one => one.Length > 0).ToEquatableArray(),
            MaximumBodySize = fields.Whole("MaximumBodySize", 0, LargestBody) ?? byDefault.MaximumBodySize,
            AllowsCookies = fields.Bool("AllowCookies") ?? false,
            Locks = fields.Bool("Locking") ?? true,
        };
        fields.End();
        return policy.HeaderNames.All(HeaderText.IsName)
            ? policy
            : throw fields.Wrong("VaryByHeader", "must be a list of names of headers");
    }
}
