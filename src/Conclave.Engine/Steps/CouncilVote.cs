using System.Collections.Immutable;
using Conclave.Engine.Council;
using Conclave.Engine.Definition;
using Conclave.Engine.Execution;
using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Journal;

namespace Conclave.Engine.Steps;

/// <summary>Asks the voters. Each is asked about every two options in both orders, all at the same time; every ballot is in the journal before it counts.</summary>
internal sealed class CouncilVote(StepContext context, CouncilWith with, Requirements? requirements)
{
    private readonly VotingRules rules = new(with.Method, with.Quorum, with.Weights.ToImmutableDictionary(pair => context.Existing(pair.Key), pair => pair.Value));
    private readonly ImmutableArray<AgentId> voters = [.. with.Voters.Select(context.Existing)];

    /// <summary>Settles a conflict as far as that goes without a human.</summary>
    public async Task<Settlement> Settle(Conflict conflict, CancellationToken cancel)
    {
        if (Settlement.ByFacts(conflict) is { } fact)
        {
            return fact;
        }

        var citations = new Citations(conflict, requirements);
        var first = await Round(conflict, citations, 1, [], cancel);
        var settled = Settlement.ByVotes(conflict, first, rules, with.TieToOwner);
        if (!with.Critique || !settled.WantsCritique(rules.Quorum))
        {
            return settled;
        }

        var second = await Round(conflict, citations, 2, first, cancel);
        return Settlement.ByVotes(conflict, [.. first, .. second], rules, with.TieToOwner);
    }

    private async Task<ImmutableArray<Ballot>> Round(Conflict conflict, Citations citations, int round, ImmutableArray<Ballot> before, CancellationToken cancel) =>
    [
        .. await Task.WhenAll(
            from pair in OptionPair.Of(conflict.OpenOptions())
            from voter in voters
            from order in Enumerable.Range(0, 2)
            select Ask(conflict, citations, pair, voter, order, round, before, cancel)),
    ];

    private async Task<Ballot> Ask(Conflict conflict, Citations citations, OptionPair pair, AgentId voter, int order, int round, ImmutableArray<Ballot> before, CancellationToken cancel)
    {
        var (task, question) = round == 1
            ? ("ballot", BallotQuestion.Of(conflict, pair, order, citations))
            : ("critique", BallotQuestion.WithArguments(conflict, pair, order, citations, before));
        var schema = CouncilSchemas.All["ballot"];
        var reader = await JsonAnswers.For(schema);
        var name = $"{conflict.Id}/{(pair.Name is { } two ? $"{two}/" : "")}{voter}/{(order == 0 ? "ab" : "ba")}{(round == 1 ? "" : "-again")}";
        var request = new AskRequest<BallotAnswer>(name, voter, task, context.Render(task, question), text => Checked(reader.Read<BallotAnswer>(text), citations)) { Output = schema };
        var seat = context.State.Seat(voter).Agent;
        var ballot = await context.AskIfUp(request, cancel) switch
        {
            AskResult<BallotAnswer>.Answered answered => new Ballot(
                conflict.Id, voter, answered.Agent.Provider, answered.Agent.Model, order, Choice(answered.Value, pair, order), answered.Value.Reason, answered.Value.Evidence, null, answered.CostUsd)
            {
                Veto = answered.Value.Veto,
            },
            AskResult<BallotAnswer>.Unanswered none => new Ballot(conflict.Id, voter, seat.Provider, seat.Model, order, null, "", [], none.Reason, 0m),
            _ => throw new InvalidOperationException("No rule for this result."),
        };
        var cast = ballot with { Round = round, Pair = pair.Name };
        await context.Record(new EntryBody.BallotCast(cast), state => state.Ballots.Exists(cast.IsSame));
        return cast;
    }

    private static Reading<BallotAnswer> Checked(Reading<BallotAnswer> reading, Citations citations) => reading is not Reading<BallotAnswer>.Read read ? reading
        : citations.Check(read.Value) is ({ } answer, _) ? new Reading<BallotAnswer>.Read(answer)
        : new Reading<BallotAnswer>.Unreadable(citations.Check(read.Value).Problem!);

    private static string? Choice(BallotAnswer answer, OptionPair pair, int order) => answer.Choice switch
    {
        "A" => pair.In(order).A.Id,
        "B" => pair.In(order).B.Id,
        _ => null,
    };
}
