namespace Conclave.Workspace.Git;

/// <summary>An annotated tag before git knows it, made by Conclave.</summary>
/// <param name="Name">Without <c>refs/tags/</c>; no text of a model.</param>
/// <param name="Message">Ends with a line break.</param>
/// <param name="Time">In whole seconds of UTC.</param>
internal sealed record HistoryTag(string Name, string Message, DateTimeOffset Time);
