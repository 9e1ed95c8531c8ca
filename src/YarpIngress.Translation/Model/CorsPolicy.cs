namespace YarpIngress.Translation.Model;

/// <summary>Which other sites' pages may use the answers (the Fetch standard's CORS), as <c>enable-cors</c> asks for it.</summary>
public sealed record CorsPolicy
{
    /// <summary>What applies where the annotations say nothing; still switched off.</summary>
    public static CorsPolicy Default { get; } = new();

    /// <summary><c>enable-cors</c>: false by default, and then there is no policy at all.</summary>
    public bool Enabled { get; init; }

    /// <summary><c>cors-allow-origin</c> is <c>*</c>, as it is by default: every origin, and requests without one.</summary>
    public bool AllowsAnyOrigin { get; init; } = true;

    /// <summary><c>cors-allow-origin</c>: the origins that are allowed, unless all are.</summary>
    public EquatableArray<CorsOrigin> Origins { get; init; }

    /// <summary><c>cors-allow-methods</c>: the value of Access-Control-Allow-Methods.</summary>
    public string Methods { get; init; } = "GET, PUT, POST, DELETE, PATCH, OPTIONS";

    /// <summary><c>cors-allow-headers</c>: the value of Access-Control-Allow-Headers.</summary>
    public string Headers { get; init; } =
        "DNT,Keep-Alive,User-Agent,X-Requested-With,If-Modified-Since,Cache-Control,Content-Type,Range,Authorization";

    /// <summary><c>cors-expose-headers</c>: the value of Access-Control-Expose-Headers; empty sends none.</summary>
    public string ExposeHeaders { get; init; } = "";

    /// <summary><c>cors-allow-credentials</c>: whether pages may send cookies; true by default.</summary>
    public bool Credentials { get; init; } = true;

    /// <summary><c>cors-max-age</c>: how many seconds a browser may keep the answer to a preflight; 1728000 by default.</summary>
    public int MaxAge { get; init; } = 1728000;

    /// <summary>Whether a request with this Origin header, which may be empty, is allowed.</summary>
    public bool Allows(ReadOnlySpan<char> origin)
    {
        if (AllowsAnyOrigin)
            return true;
        foreach (var allowed in Origins)
        {
            if (allowed.Matches(origin))
                return true;
        }
        return false;
    }
}
