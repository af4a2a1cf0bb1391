import type { QueueSeen } from "../cluster/index.js";

/**
 * Whether a task of these arrays lives that waits for nobody, as far as the queue says, which needs nothing of the disk; also where that
 * cannot be known.
 * @param sizes of each array's token how many tasks it has at most.
 */
export function mayLive(queue: QueueSeen, sizes: ReadonlyMap<string, number>): boolean {
  if (queue.kind === "could not ask") {
    return true;
  }
  return [...sizes].some(([token, size]) => {
    const array = queue.arrayOf(token);
    return (
      array !== undefined &&
      Array.from({ length: size }, (_, index) => queue.task(array, index)).some(
        (seen) =>
          seen.kind === "could not ask" ||
          (seen.kind === "seen" && seen.meaning.phase !== "ended" && seen.meaning.phase !== "stuck"),
      )
    );
  });
}
