using System.CommandLine;
using Conclave.Cli.Asking;
using Conclave.Cli.Terminal;
using Conclave.Cli.Workflows;
using Conclave.Engine.Planning;
using Conclave.Server.Asking;
using Conclave.Server.Hosting;
using Conclave.Server.Vendors;
using Conclave.Storage;

namespace Conclave.Cli.Commands;

/// <summary><c>conclave ask AGENT|PROVIDER/MODEL "..."</c>: one question by hand, through the whole gateway.</summary>
internal static class AskCommand
{
    private const int MostCharacters = 8 * 1024 * 1024;

    private const string Text = """
        Ask a model one question, as a session would, and see what comes of it. To try a key, a model or a server of one's own.

          conclave ask pm "What is a quorum?"
          conclave ask anthropic/claude-opus-5-5 --system "Be brief." - < question.txt
          conclave ask openai/house-1 --price 0/0 --schema point.json --json "Where is the middle?"
        """;

    public static Command Create(CommandContext context)
    {
        var options = new AskOptions();
        var command = new Command("ask", Text);
        options.AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            var (prepared, refusal) = await Prepare(context, parsed, options, cancel);
            return prepared is null ? await context.Refuse(refusal!) : await AskRun.Run(context, prepared, parsed.GetValue(options.Json));
        });
        return command;
    }

    private static async Task<Refusable<PreparedQuestion>> Prepare(CommandContext context, ParseResult parsed, AskOptions options, CancellationToken cancel)
    {
        var environment = context.For(parsed);
        var (access, invalid) = VendorAccess.Of(DataDirectory.Open(environment.DataDirectory), environment, context.Clock);
        if (access is null)
        {
            return invalid!;
        }

        if (await WorkflowArgument.Load(context, parsed, parsed.GetValue(options.Workflow)!) is not { } loaded)
        {
            return new Refusal(RefusalKind.Invalid, "CONC436 so there is nobody to ask", "write PROVIDER/MODEL to ask without a workflow");
        }

        var (found, nobody) = QuestionAgent.Find(parsed.GetRequiredValue(options.Target), loaded.Workflow, [.. access.Settings.ProviderNames.Order(StringComparer.Ordinal)]);
        if (found is null)
        {
            return nobody!;
        }

        var priced = options.PriceOf(parsed, found) is { } price ? access.With(price) : access;
        var (agent, unpriced) = QuestionAgent.Priced(options.Change(parsed, found), priced.Profile(found.Provider, found.Model));
        if (agent is null)
        {
            return unpriced!;
        }

        var scenario = options.ScenarioOf(parsed);
        if (scenario is not null && SimulatedVendors.Find(scenario).Refusal is { } noScenario)
        {
            return noScenario;
        }

        if (scenario is null && await priced.Missing([agent.Provider]) is { } noKey)
        {
            return noKey;
        }

        OutputSchema? schema = null;
        if (parsed.GetValue(options.Schema) is { } file)
        {
            (schema, var unusable) = await SchemaFile.Read(file);
            if (schema is null)
            {
                return unusable!;
            }
        }

        var text = parsed.GetRequiredValue(options.Text) is "-" ? await context.ReadInput(MostCharacters, cancel) : parsed.GetRequiredValue(options.Text);
        if (Unaskable(context, text, agent.Role) is { } refused)
        {
            return refused;
        }

        if (agent.Effort is { } effort && priced.Catalog.Find(agent.Provider, agent.Model)?.Accepted(effort) is null)
        {
            await context.Error.WriteLineAsync($"conclave: {SafeText.Line(agent.Provider)}'s {SafeText.Line(agent.Model)} is not known to take the effort `{SafeText.Line(effort)}`, so it is left out");
        }

        return new PreparedQuestion(priced, options.Question(parsed, agent, text) with { Schema = schema, Scenario = scenario });
    }

    private static Refusal? Unaskable(CommandContext context, string text, string? system) => string.IsNullOrWhiteSpace(text)
        ? new Refusal(RefusalKind.Invalid, "CONC438 the question is empty", "conclave ask pm \"What is a quorum?\"")
        : context.Environment.Redactor.Finds(text) || context.Environment.Redactor.Finds(system ?? "")
            ? new Refusal(RefusalKind.Invalid, "CONC435 the question holds one of this machine's keys", "take it out")
            : null;
}

/// <summary>A question that can be asked.</summary>
internal sealed record PreparedQuestion(VendorAccess Access, Question Question);
