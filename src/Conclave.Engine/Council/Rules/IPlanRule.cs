namespace Conclave.Engine.Council.Rules;

/// <summary>One way in which two plans can contradict each other. It finds the conflicts and makes their options.</summary>
internal interface IPlanRule
{
    IEnumerable<Conflict> Find(AlignedPlans plans);
}
