using Conclave.Server.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Conclave.Server.Rest;

/// <summary>What went wrong, as RFC 9457 says it: problem details with a stable <c>code</c> (<c>CONCnnn</c>) and, where there is one, a <c>fix</c>.</summary>
internal static class ApiProblem
{
    private const int CodeLength = 7;

    /// <summary>A refusal. Its first line bears the code; further lines are further problems.</summary>
    public static ProblemHttpResult Of(Refusal refusal)
    {
        var lines = refusal.Text.Split('\n');
        var at = Math.Max(0, lines[0].IndexOf("CONC", StringComparison.Ordinal));
        var code = lines[0].Length >= at + CodeLength ? lines[0][at..(at + CodeLength)] : "CONC500";
        return Of(Status(refusal.Kind), code, lines.Length > 1 || at > 0 ? lines[0] : lines[0][CodeLength..].Trim(), refusal.Fix, lines.Length > 1 ? lines : null);
    }

    /// <summary>A problem.</summary>
    public static ProblemHttpResult Of(int status, string code, string detail, string? fix, string[]? problems = null)
    {
        var problem = new ProblemDetails { Status = status, Type = $"urn:conclave:{code}", Detail = detail };
        problem.Extensions["code"] = code;
        if (fix is not null)
        {
            problem.Extensions["fix"] = fix;
        }

        if (problems is not null)
        {
            problem.Extensions["problems"] = problems;
        }

        return TypedResults.Problem(problem);
    }

    private static int Status(RefusalKind kind) => kind switch
    {
        RefusalKind.NotFound => StatusCodes.Status404NotFound,
        RefusalKind.Conflict or RefusalKind.Busy or RefusalKind.Keys => StatusCodes.Status409Conflict,
        RefusalKind.ToolMissing => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status422UnprocessableEntity,
    };
}
