using Conclave.Simulator.Ledgers;
using Conclave.Simulator.Playing;
using Conclave.Simulator.Scenarios;
using Conclave.Simulator.Wire;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Conclave.Simulator.Http;

/// <summary>The way of one request: route, key, body, ledger, reply.</summary>
internal sealed class SimulatorApplication(Scenario scenario, Pace defaults, LedgerDirectory ledgers, TimeProvider clock) : IHttpApplication<HttpContext>
{
    private readonly PlayPlanner planner = new(scenario, defaults);

    /// <summary>The requests that are being served.</summary>
    public RunningRequests Running { get; } = new();

    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    public void DisposeContext(HttpContext context, Exception? exception)
    {
    }

    public async Task ProcessRequestAsync(HttpContext context)
    {
        using (Running.Enter())
        {
            try
            {
                await Serve(context, context.RequestAborted);
            }
            catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
            {
                // The client went away; there is nobody to answer.
            }
        }
    }

    private async Task Serve(HttpContext context, CancellationToken cancel)
    {
        var route = Route.Find(context.Request);
        var channel = Channel(context, route.Vendor, new WireIds(context.TraceIdentifier), 0);
        if (route is Route.Nothing)
        {
            await channel.Send(route.Vendor.Refusal(new RequestProblem.NoRoute(context.Request.Method, context.Request.Path)), cancel);
        }
        else if (route.Vendor.Refusal(context.Request) is { } refusal)
        {
            await channel.Send(refusal, cancel);
        }
        else
        {
            await (route switch
            {
                Route.Ask ask => Serve(ask.Dialect, channel, context, question => Answer(ask, question, context, cancel), cancel),
                Route.Count count => Serve(count.Dialect, channel, context, question => channel.Send(WireJson.Bytes(count.Vendor.Counted(TokenCount.OfPrompt(question.Prompt))), cancel), cancel),
                Route.Model model when route.Vendor.Model(model.Id) is { } found => channel.Send(WireJson.Bytes(found), cancel),
                Route.Model model => channel.Send(route.Vendor.Failure(new Fault.NoModel(), model.Id, clock.GetUtcNow(), 0)!, cancel),
                _ => channel.Send(WireJson.Bytes(route.Vendor.Models(context.Request.Query)), cancel),
            });
        }
    }

    private static async Task Serve(Dialect dialect, ReplyChannel channel, HttpContext context, Func<Question, Task> answer, CancellationToken cancel)
    {
        using var document = await JsonBody.Read(context.Request, cancel);
        if (document.Problem is { } unreadable)
        {
            await channel.Send(dialect.Vendor.Refusal(unreadable), cancel);
            return;
        }

        var body = new BodyReader(document.Root);
        var question = dialect.Read(body);
        await (body.Problem is { } problem ? channel.Send(dialect.Vendor.Refusal(problem), cancel) : answer(question));
    }

    private async Task Answer(Route.Ask ask, Question question, HttpContext context, CancellationToken cancel)
    {
        try
        {
            await Play(ask, question, context, cancel);
        }
        catch (Exception error) when (error is IOException or InvalidDataException or UnauthorizedAccessException && !context.Response.HasStarted)
        {
            // Without its line in the ledger no call is answered. The message has the same place in all vendors' errors.
            var failure = ask.Vendor.Failure(new Fault.ServerError(500), question.Model, clock.GetUtcNow(), 0)!;
            failure.Body["error"]!["message"] = $"The simulator's ledger can't be used: {error.Message}";
            await Channel(context, ask.Vendor, new WireIds(context.TraceIdentifier), 0).Send(failure, cancel);
        }
    }

    private async Task Play(Route.Ask ask, Question question, HttpContext context, CancellationToken cancel)
    {
        var ledger = ledgers.Of(ask.Scope);
        var call = await ledger.Receive(question, scenario);
        var ids = new WireIds($"{ask.Scope}/{call.Number}/{call.PromptSha256}");
        var play = planner.Plan(ask.Vendor, question, call, ids);
        var channel = Channel(context, ask.Vendor, ids, TokenCount.OfPrompt(question.Prompt));
        var runner = new PlayRunner(channel, ask.Dialect, clock, (outcome, input, output) => ledger.Complete(call.Number, outcome, input, output));
        await runner.Run(play, cancel);
    }

    private ReplyChannel Channel(HttpContext context, VendorWire vendor, WireIds ids, int inputTokens)
    {
        vendor.SetHeaders(context.Response.Headers, ids, clock.GetUtcNow(), inputTokens);
        return new ReplyChannel(context, vendor, ids, clock);
    }
}
