/**
 * A Slurm of one machine for tests: a controller, nodes and their authentication, started in a folder of their own on loopback,
 * with short waits, and ended by process id. It installs nothing; what is missing is said in one line.
 */
export { type SlurmSettings, slurmConfiguration } from "./configuration.js";
export { Daemon } from "./daemon.js";
export { missingPrograms } from "./programs.js";
export { type Answer, Slurm, startSlurm } from "./slurm.js";
export { until } from "./until.js";
