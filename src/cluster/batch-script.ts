/**
 * What a batch script ends with before a worker runs, by what is wrong. A worker ends with other codes.
 */
export const scriptExits = {
  /** It was not started as a task of an array. */
  usage: 64,
  /** The run's folder, or a file in it that says what to run, is not there on the node. */
  folder: 66,
  /** There is no Node where the run says. */
  node: 69,
} as const;

/** What an exit code of the script means, for people; `undefined` for one of the worker's. */
export function scriptExitLine(code: number): string | undefined {
  switch (code) {
    case scriptExits.usage:
      return "was not started as a task of an array";
    case scriptExits.folder:
      return "did not find the run's folder on its node; the folder must be one that all nodes share";
    case scriptExits.node:
      return "did not find Node on its node; install it where all nodes see it";
    default:
      return undefined;
  }
}

/**
 * The text of every batch script. Nothing is put into it: the run's folder and the submission's token are its two arguments,
 * and the first lines of `worker/node` and `worker/program` in the folder name Node and the program that runs a task, which gets
 * the folder, the token and the task's index. The script becomes that program, so that signals reach it at once. It goes
 * to the folder itself, since Slurm would run it somewhere else where the folder is missing, and call that a success.
 */
export const batchScript = `#!/bin/sh
# Runs one task of a verification. Usage: sbatch --array=... SCRIPT FOLDER TOKEN
fail() {
  printf '%s\\n' "$2" >&2
  exit "$1"
}
[ "$#" -eq 2 ] || fail ${scriptExits.usage} "usage: SCRIPT FOLDER TOKEN, by sbatch"
case \${SLURM_ARRAY_TASK_ID-} in
'' | *[!0-9]*) fail ${scriptExits.usage} "this is no task of an array: SLURM_ARRAY_TASK_ID is not set" ;;
esac
cd -- "$1" || fail ${scriptExits.folder} "the run's folder is not there on \${SLURMD_NODENAME:-this node}: $1"
[ -O . ] || fail ${scriptExits.folder} "the run's folder is of another user on \${SLURMD_NODENAME:-this node}: $1"
IFS= read -r node < worker/node || fail ${scriptExits.folder} "worker/node cannot be read in $1"
IFS= read -r program < worker/program || fail ${scriptExits.folder} "worker/program cannot be read in $1"
[ -x "$node" ] || fail ${scriptExits.node} "there is no Node on \${SLURMD_NODENAME:-this node}: $node"
[ -f "$program" ] || fail ${scriptExits.folder} "the program is not there on \${SLURMD_NODENAME:-this node}: $program"
exec "$node" "$program" "$1" "$2" "$SLURM_ARRAY_TASK_ID"
`;
