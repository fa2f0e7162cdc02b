using System.Text.Json;

namespace Conclave.Simulator.Wire;

/// <summary>A request for an answer, in words that the vendors have in common.</summary>
/// <param name="Prompt">The texts of the system prompt and of all messages, joined by line feeds.</param>
/// <param name="Task">The name in the user's first <c>&lt;task name="..."&gt;</c>; null when there is none.</param>
/// <param name="MaxOutputTokens">The most that may come back, thinking included; null for no limit.</param>
/// <param name="Body">The request itself, for what a reply repeats of it.</param>
internal sealed record Question(Vendor Vendor, string Model, string Prompt, string? Task, bool Streamed, int? MaxOutputTokens, JsonElement Body);
