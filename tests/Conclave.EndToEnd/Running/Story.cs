using System.Text.Json;
using Conclave.Simulator.Ledgers;

namespace Conclave.EndToEnd.Running;

/// <summary>What a session left behind, without times and ids.</summary>
/// <param name="Asked">How often each question was received, by the ledger.</param>
/// <param name="Answered">Distinct questions that the journal holds an answer of.</param>
/// <param name="Answers">Answers that the journal holds: one for each question.</param>
internal sealed record Story(
    SortedDictionary<string, string> Tree, string Log, string Phases, Dictionary<string, int> Asked, int InDoubt, int Answered, int Answers)
{
    public static async Task<Story> Of(Machine machine, SimulatorProcess simulator)
    {
        var events = (await machine.Conclave("watch", "2", "--json")).Output
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        var phases = events.Where(happening => happening.GetProperty("kind").GetString()!.StartsWith("phase-", StringComparison.Ordinal) && happening.GetProperty("kind").GetString() != "phase-started/1")
            .Select(happening => $"{happening.GetProperty("phase")} {happening.GetProperty("kind")}").Order(StringComparer.Ordinal);
        var attempts = events.Where(happening => happening.GetProperty("kind").GetString() == "attempt-started/1")
            .ToDictionary(happening => (happening.GetProperty("body").GetProperty("call").GetString(), happening.GetProperty("body").GetProperty("attempt").GetInt32()), happening => happening.GetProperty("body").GetProperty("request_hash").GetString());
        var ended = events.Where(happening => happening.GetProperty("kind").GetString() == "attempt-ended/1").Select(happening => happening.GetProperty("body")).ToList();
        var answered = ended.Where(body => Outcome(body) == "answered")
            .Select(body => (Call: body.GetProperty("call").GetString(), Hash: attempts[(body.GetProperty("call").GetString(), body.GetProperty("attempt").GetInt32())])).ToList();
        return new Story(
            Project.Tree(machine.In("out")),
            await Project.Log(machine, machine.In("out")),
            string.Join('\n', phases),
            simulator.Calls.CountBy(Question).ToDictionary(StringComparer.Ordinal),
            ended.Count(body => Outcome(body) == "in_doubt"),
            answered.Distinct().Count(),
            answered.Count);
    }

    // What failing tests print differs from run to run (the project makes random codes), so repairs are told apart by their task only.
    private static string Question(LedgerCall call) => call.Task == "repair" ? $"{call.Vendor} repair" : $"{call.Vendor} {call.Task} {call.PromptSha256}";

    private static string? Outcome(JsonElement body) => body.GetProperty("outcome").GetProperty("kind").GetString();
}
