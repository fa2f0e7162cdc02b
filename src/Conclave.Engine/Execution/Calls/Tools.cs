using Conclave.Engine.Journal;

namespace Conclave.Engine.Execution.Calls;

/// <summary>Something that a model may ask us to do for it in the middle of its answer.</summary>
/// <param name="Name">Letters, digits, <c>_</c> and <c>-</c>, at most 64.</param>
/// <param name="Schema">The JSON Schema of its arguments, an object.</param>
public sealed record ToolDefinition(string Name, string Description, string Schema);

/// <summary>A model's wish to use a tool. Nothing about it was checked: the name may be unknown and the arguments may be no JSON.</summary>
/// <param name="Id">The vendor's name of the call, which its result must bear; ours when the vendor gave none.</param>
/// <param name="Arguments">The JSON as it came.</param>
public sealed record ToolCall(string Id, string Name, StoredText Arguments);

/// <summary>What came of a tool's use, in the turn after the one that asked for it.</summary>
/// <param name="CallId">The <see cref="ToolCall.Id"/>.</param>
/// <param name="Name">The tool.</param>
/// <param name="IsError">Whether the tool failed; then the content says why.</param>
public sealed record ToolResult(string CallId, string Name, string Content, bool IsError = false);
