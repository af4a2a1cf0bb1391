import { SimulationError } from "../compile/error.js";

/** The device failed in the middle of its work; the trials of results handed out before stand. */
export class EngineLost extends SimulationError {}
