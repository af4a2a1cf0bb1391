/** What a worker ends with, by what is wrong; none of them is one of the script's, nor one that Node or a shell ends with by itself. */
export const workerExits = {
  /** All shards of its task are done, or nobody wants them any more. */
  done: 0,
  /** What the run's folder holds is damaged, or cannot be read. */
  folder: 65,
  /** The trials themselves failed. */
  trials: 70,
  /** The node has no engine of the run's arithmetic. */
  arithmetic: 71,
  /** A file cannot be written: the disk is full, for one. */
  disk: 73,
  /** It was asked to end, and kept what was done: as shells tell of a process that a signal ended. */
  interrupted: 130,
  terminated: 143,
} as const;

/** What an exit code of a worker means, for people; `undefined` where it has no such meaning. */
export function workerExitLine(code: number): string | undefined {
  switch (code) {
    case workerExits.folder:
      return "found the run's folder damaged, or could not read it";
    case workerExits.trials:
      return "could not carry out its trials";
    case workerExits.arithmetic:
      return "was on a node that has no engine of the run's arithmetic";
    case workerExits.disk:
      return "could not write into the run's folder: its disk may be full";
    case workerExits.interrupted:
    case workerExits.terminated:
      return "was asked to end before its shards were done, and kept how far it had come";
    default:
      return undefined;
  }
}
