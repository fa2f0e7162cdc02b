namespace Conclave.Server.Access;

/// <summary>What a token allows; each role includes those before it.</summary>
public enum Role
{
    /// <summary>To look.</summary>
    Viewer,

    /// <summary>To start, answer and stop sessions.</summary>
    Operator,

    /// <summary>To change keys, settings and tokens.</summary>
    Admin,
}
