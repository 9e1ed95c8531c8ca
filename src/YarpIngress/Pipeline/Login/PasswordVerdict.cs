namespace YarpIngress.Pipeline.Login;

/// <summary>What is known of a password.</summary>
internal enum PasswordVerdict
{
    /// <summary>Not the user's, or there is no such user.</summary>
    Wrong,

    /// <summary>The user's.</summary>
    Right,

    /// <summary>Nothing, since too many others are being compared.</summary>
    Busy,
}
