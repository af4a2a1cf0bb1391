/** Trials on a cluster, as docs/engines.md lists where trials run. */
export const slurm = {
  name: "Slurm",
  documentation:
    "Arrays of tasks on a cluster, each a process that carries out shards of trials. Whoever waits may leave: they go on. Cancelled, each keeps how far it has come and ends.",
} as const;
