using Conclave.Engine.Execution;

namespace Conclave.Workspace.Delivery;

/// <summary>Delivers a project of its own to its directory, and the improvement of a repository to a branch of that.</summary>
public sealed class SessionDelivery(ProjectDelivery project, BranchDelivery branch) : IProjectDelivery
{
    /// <inheritdoc />
    public Task<DeliveryReceipt?> Probe(DeliveryOrder order, CancellationToken cancel) => Of(order).Probe(order, cancel);

    /// <inheritdoc />
    public Task<DeliveryReceipt> Deliver(DeliveryOrder order, CancellationToken cancel) => Of(order).Deliver(order, cancel);

    private IProjectDelivery Of(DeliveryOrder order) => order.State.Created.Settings.Base is null ? project : branch;
}
