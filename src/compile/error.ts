/** A simulation that cannot be run, or that broke; the message is one line and says what to do. */
export class SimulationError extends Error {
  override readonly name = "SimulationError";
}
