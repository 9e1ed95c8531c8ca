using YarpIngress.Translation.Ingress.Annotations;
using YarpIngress.Translation.Model;

namespace YarpIngress.Translation.Settings;

/// <summary>Reads the policies of <c>cors-policies</c>: what is not said is not allowed, as in ASP.NET Core.</summary>
internal static class CorsPolicies
{
    /// <summary>Reads one.</summary>
    public static CorsPolicy Read(DialectFields fields)
    {
        var origins = fields.TextOrList("AllowOrigins");
        var methods = List(fields, "AllowMethods");
        var headers = List(fields, "AllowHeaders");
        var exposed = List(fields, "ExposeHeaders");
        var credentials = fields.Bool("AllowCredentials") ?? false;
        var maxAge = fields.Time("MaxAge") ?? TimeSpan.FromSeconds(5);
        fields.End();
        var any = origins.Contains("*");
        if (any && credentials)
            throw fields.Wrong("AllowCredentials", "must not be true where every origin is allowed");
        return new CorsPolicy
        {
            Enabled = true,
            AllowsAnyOrigin = any,
            Origins = any
                ? []
                : origins.Select(origin => CorsOrigin.TryParse(origin)
                    ?? throw fields.Wrong("AllowOrigins", "must be a list of scheme://host[:port], or *")).ToEquatableArray(),
            Methods = methods,
            Headers = headers,
            ExposeHeaders = exposed,
            Credentials = credentials,
            MaxAge = (int)maxAge.TotalSeconds,
        };
    }

    private static string List(DialectFields fields, string name)
    {
        var names = fields.TextOrList(name);
        return names.All(one => one == "*" || HeaderText.IsName(one))
            ? string.Join(", ", names)
            : throw fields.Wrong(name, "must be a list of names");
    }
}
