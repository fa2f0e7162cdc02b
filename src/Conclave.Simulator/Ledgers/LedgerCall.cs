namespace Conclave.Simulator.Ledgers;

/// <summary>One call that a simulator received.</summary>
/// <param name="Number">Its number in its ledger, from 1.</param>
/// <param name="Task">The task that the prompt named; null when it named none.</param>
/// <param name="Rule">The place of the scenario's rule that answered it, from 0; null when none fitted.</param>
/// <param name="PromptSha256">Of the texts of the system prompt and of all messages, joined by line feeds; in hexadecimal.</param>
/// <param name="End">How it ended; null while it is under way, and for ever when the simulator was killed before.</param>
public sealed record LedgerCall(
    int Number,
    DateTimeOffset Time,
    Vendor Vendor,
    string? Task,
    string Model,
    int? Rule,
    string PromptSha256,
    bool Streamed,
    CallEnd? End);

/// <summary>How a call ended.</summary>
/// <param name="Outcome">
/// <c>answered</c>; the kind of the fault; <c>cut_off</c> also when the request's own limit cut the answer; <c>no_answer</c> when no rule fitted;
/// <c>aborted</c> when the client went away before the end.
/// </param>
/// <param name="InputTokens">What the vendor would bill; nothing for calls that it turned away.</param>
/// <param name="OutputTokens">Thinking included; of an answer that broke off, what was made of it.</param>
public sealed record CallEnd(DateTimeOffset Time, string Outcome, int InputTokens, int OutputTokens);
