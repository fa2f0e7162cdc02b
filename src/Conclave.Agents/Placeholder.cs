namespace Conclave.Agents;
