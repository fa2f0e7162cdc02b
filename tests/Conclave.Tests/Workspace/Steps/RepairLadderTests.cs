using System.Text.Json.Nodes;
using Conclave.Workspace.Steps;

namespace Conclave.Tests.Workspace.Steps;

/// <summary>Who is asked next while the tests stay red, and when it ends.</summary>
public sealed class RepairLadderTests
{
    [Theory]
    [InlineData("same, same, fresh, other-vendor", "AAAAA", "0 2 3 -")]
    [InlineData("same, same, fresh, other-vendor", "ABCDE", "0 1 2 3 -")]
    [InlineData("same, same, same, same, same, same, fresh", "ABABAB", "0 1 6 -")]
    [InlineData("same, fresh, same, fresh", "AAAA", "0 1 -")]
    [InlineData("same, same, same, same", "ABCABC", "0 1 2 -")]
    public void Failures_that_come_back_move_on_to_another_kind_of_rung_and_then_end(string rungs, string failures, string asked)
    {
        var ladder = RepairLadder.Read(new JsonArray([.. rungs.Split(", ").Select(rung => JsonValue.Create(rung))]));
        List<(int Rung, string Fingerprint)> tried = [];
        var said = new List<string>();
        foreach (var failure in failures.Select(letter => letter.ToString()))
        {
            if (ladder.Next(tried, failure) is not { } rung)
            {
                said.Add("-");
                break;
            }

            said.Add($"{rung}");
            tried.Add((rung, failure));
        }

        Assert.Equal(asked, string.Join(' ', said));
    }
}
