using Conclave.Engine.Budget;

namespace Conclave.Engine.Execution.Calls;

/// <summary>
/// The door to all models. It knows what they cost, lets calls in at the pace the vendors allow, and sends them; it never retries. It is an
/// interface because the Engine may not know the network.
/// </summary>
public interface IModelGateway : IModelClient
{
    /// <summary>What is known about a model; null when nothing is, and then it can't be used.</summary>
    ModelProfile? Profile(string provider, string model);

    /// <summary>
    /// Waits until the vendor's limits let one more call in, first come, first served. Between this and the end of the lease the same request object is
    /// given to <see cref="IModelClient.Stream"/>, so that what it used is known; a lease without a stream was not used at all.
    /// </summary>
    ValueTask<Admission> Admit(ModelRequest request, AdmissionTerms terms, CancellationToken cancel);
}

/// <summary>The facts about a model that the Engine needs.</summary>
/// <param name="ContextTokens">The most tokens of a question and its answer together.</param>
/// <param name="MaxOutputTokens">The most tokens of an answer.</param>
/// <param name="Price">What it costs today; null when nobody knows.</param>
/// <param name="OutputSchema">Whether it can be made to answer in the form of a JSON Schema.</param>
public sealed record ModelProfile(int ContextTokens, int MaxOutputTokens, ModelPrice? Price, bool OutputSchema = true);
