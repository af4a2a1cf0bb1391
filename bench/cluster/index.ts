/** What runs on a cluster cost: how fast a Slurm answers, and a large run on a scheduler in memory that answers as slowly. */
export { benchLoad } from "./load.js";
export { benchSlurm } from "./slurm.js";
