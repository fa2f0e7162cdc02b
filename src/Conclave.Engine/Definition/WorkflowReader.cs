using System.Collections.Immutable;
using System.Text.Json.Nodes;
using YamlDotNet.RepresentationModel;

namespace Conclave.Engine.Definition;

/// <summary>Reads a workflow file into a <see cref="WorkflowDefinition"/>, with every problem of its form at once.</summary>
public static partial class WorkflowReader
{
    /// <summary>The version of the workflow format that is read.</summary>
    public const string Version = "1";

    /// <summary>Reads <paramref name="text"/>; <paramref name="file"/> is only named in problems.</summary>
    public static Checked<WorkflowDefinition> Read(string text, string file)
    {
        var problems = new List<Problem>();
        var definition = YamlDocument.Read(text, file, problems, "start with `name:` and `phases:`") is { } root
            ? new Reading(file, problems).Workflow(new MappingReader(root, file, "the workflow", problems))
            : null;
        return new Checked<WorkflowDefinition>(definition is null ? null : definition with { Text = text }, problems);
    }

    private sealed partial class Reading(string file, List<Problem> problems)
    {
        public WorkflowDefinition Workflow(MappingReader root)
        {
            var name = root.RequiredText("name");
            CheckVersion(root);
            var definition = new WorkflowDefinition(
                file,
                name.Value,
                Each(root, "inputs", Input),
                Each(root, "agents", Agent),
                Budget(root.Map("budget", "`budget`")),
                Defaults(root.Map("defaults", "`defaults`")),
                Each(root, "phases", Phase));
            root.RefuseUnknown();
            if (root.Node("phases") is null)
            {
                problems.Add(new Problem("CONC005", root.At, "the workflow lacks `phases`"));
            }

            return definition;
        }

        private void CheckVersion(MappingReader root)
        {
            if (root.RequiredText("version") is { Value: not ("" or Version) } version)
            {
                problems.Add(new Problem("CONC006", version.At, $"`version` can't be `{version.Value}`", $"this program reads version {Version}"));
            }
        }

        private static ImmutableArray<T> Each<T>(MappingReader root, string key, Func<Sourced<string>, YamlNode, MappingReader, T?> read) where T : class
        {
            if (root.Map(key, $"`{key}`") is not { } map)
            {
                return [];
            }

            return [.. map.Entries().Select(entry => read(entry.Key, entry.Value, map)).OfType<T>()];
        }

        private MappingReader? Child(YamlNode node, string what, MappingReader parent)
        {
            switch (node)
            {
                case YamlMappingNode map:
                    return new MappingReader(map, file, what, problems);
                case var empty when MappingReader.IsNull(empty):
                    return new MappingReader(new YamlMappingNode(), file, what, problems);
                default:
                    parent.Report("CONC006", node, $"{what} must be a map of keys");
                    return null;
            }
        }

        private InputDefinition? Input(Sourced<string> name, YamlNode node, MappingReader parent)
        {
            if (Child(node, $"input `{name.Value}`", parent) is not { } map)
            {
                return null;
            }

            var input = new InputDefinition(name, map.Flag("required") ?? false, map.Node("default") is { } value ? MappingReader.ToJson(value) : null);
            map.RefuseUnknown();
            return input;
        }

        private AgentDefinition? Agent(Sourced<string> name, YamlNode node, MappingReader parent)
        {
            if (Child(node, $"agent `{name.Value}`", parent) is not { } map)
            {
                return null;
            }

            var agent = new AgentDefinition(
                name,
                map.RequiredText("provider"),
                map.RequiredText("model"),
                map.Text("role")?.Value,
                map.Text("effort")?.Value,
                map.Count("max_output_tokens", 1, 1_000_000),
                map.Texts("fallback"));
            map.RefuseUnknown();
            return agent;
        }

        private static BudgetDefinition Budget(MappingReader? map)
        {
            if (map is null)
            {
                return BudgetDefinition.Default;
            }

            var budget = new BudgetDefinition(
                map.Money("usd") ?? BudgetDefinition.Default.Usd,
                map.OneOf<BudgetAction>("on_exceed") ?? BudgetDefinition.Default.OnExceed);
            map.RefuseUnknown();
            return budget;
        }

        // `budget: 2.50` or `budget: { usd: 2.50, on_exceed: stop }`
        private static PhaseBudgetDefinition? PhaseBudget(MappingReader phase, string name)
        {
            if (phase.Node("budget") is not YamlMappingNode)
            {
                return phase.Money("budget") is { } usd ? new PhaseBudgetDefinition(usd, null) : null;
            }

            var map = phase.Map("budget", $"`budget` of phase `{name}`")!;
            map.Require("usd");
            var (limit, onExceed) = (map.Money("usd"), map.OneOf<BudgetAction>("on_exceed"));
            map.RefuseUnknown();
            return limit is null ? null : new PhaseBudgetDefinition(limit.Value, onExceed);
        }

        private static DefaultsDefinition Defaults(MappingReader? map)
        {
            if (map is null)
            {
                return DefaultsDefinition.Default;
            }

            var defaults = new DefaultsDefinition(
                map.Duration("timeout") ?? DefaultsDefinition.Default.Timeout,
                Retry(map.Map("retry", "`retry`")) ?? DefaultsDefinition.Default.Retry);
            map.RefuseUnknown();
            return defaults;
        }

        private static RetryDefinition? Retry(MappingReader? map)
        {
            if (map is null)
            {
                return null;
            }

            var retry = new RetryDefinition(
                map.Count("attempts", 1, 100) ?? DefaultsDefinition.Default.Retry.Attempts,
                map.OneOf<Backoff>("backoff") ?? DefaultsDefinition.Default.Retry.Backoff);
            map.RefuseUnknown();
            return retry;
        }

        private PhaseDefinition? Phase(Sourced<string> name, YamlNode node, MappingReader parent)
        {
            if (Child(node, $"phase `{name.Value}`", parent) is not { } map)
            {
                return null;
            }

            var phase = new PhaseDefinition(name)
            {
                Needs = map.Texts("needs"),
                If = map.Text("if"),
                Agent = map.Text("agent"),
                Prompt = map.Text("prompt"),
                Output = Json(map, "output"),
                Uses = map.Text("uses"),
                With = With(map.Map("with", $"`with` of phase `{name.Value}`")),
                Matrix = Matrix(map, name.Value),
                MaxParallel = map.Count("max_parallel", 1, 1_000),
                FailFast = map.Flag("fail_fast") ?? true,
                Loop = Loop(map.Map("loop", $"`loop` of phase `{name.Value}`")),
                Retry = Retry(map.Map("retry", $"`retry` of phase `{name.Value}`")),
                Timeout = map.Duration("timeout"),
                OnError = OnErrorReader.Read(map),
                OnInDoubt = map.OneOf<OnInDoubt>("on_in_doubt"),
                Cache = map.OneOf<CacheMode>("cache") ?? CacheMode.Off,
                MaxOutputTokens = map.Count("max_output_tokens", 1, 1_000_000),
                Budget = PhaseBudget(map, name.Value),
            };
            map.RefuseUnknown();
            return phase;
        }

        private static Sourced<JsonNode>? Json(MappingReader map, string key) =>
            map.Node(key) is { } node && MappingReader.ToJson(node) is { } json
                ? new Sourced<JsonNode>(json, map.At with { Line = (int)node.Start.Line, Column = (int)node.Start.Column })
                : null;

        private static ImmutableArray<(Sourced<string>, JsonNode?)> With(MappingReader? map) =>
            map is null ? [] : [.. map.Entries().Select(entry => (entry.Key, MappingReader.ToJson(entry.Value)))];
    }
}
