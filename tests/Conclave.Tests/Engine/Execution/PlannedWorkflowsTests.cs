using System.Collections.Immutable;
using System.Text.Json;
using Conclave.Engine.Definition;
using Conclave.Engine.Execution;
using Conclave.Engine.Journal;
using Conclave.Tests.Fakes;

namespace Conclave.Tests.Engine.Execution;

public sealed class PlannedWorkflowsTests
{
    private static readonly string Yaml = TestSession.Yaml("  one: { agent: pm, prompt: \"Go on then\" }");

    private readonly PlannedWorkflows workflows = new(TestSession.Catalog());

    [Fact]
    public void The_same_texts_are_planned_once()
    {
        Assert.Same(workflows.Of(Created(Yaml)), workflows.Of(Created(Yaml)));
    }

    [Fact]
    public void Any_other_text_is_another_workflow()
    {
        var first = workflows.Of(Created(Yaml));

        Assert.NotSame(first, workflows.Of(Created(Yaml + " # other")));
        Assert.NotSame(first, workflows.Of(Created(Yaml, ("go", "x"))));
        Assert.NotSame(workflows.Of(Created(Yaml, ("a", "bc"))), workflows.Of(Created(Yaml, ("ab", "c"))));
    }

    [Fact]
    public void However_many_there_are_a_bounded_number_is_kept()
    {
        var first = workflows.Of(Created(Yaml));
        for (var n = 0; n < 64; n++)
        {
            workflows.Of(Created($"{Yaml} # {n}"));
        }

        Assert.NotSame(first, workflows.Of(Created(Yaml)));
    }

    private static EntryBody.SessionCreated Created(string yaml, params (string Name, string Text)[] prompts) => new(
        StoredText.From("a test"),
        "story",
        "test.yaml",
        StoredText.From(yaml),
        prompts.ToImmutableSortedDictionary(prompt => prompt.Name, prompt => StoredText.From(prompt.Text)),
        JsonSerializer.SerializeToElement(new { description = "a test" }),
        [],
        [new PhaseId("one")],
        new SessionSettings(1m, BudgetAction.Pause, "/nowhere", null, true),
        "test");
}
