namespace Conclave.Simulator;
