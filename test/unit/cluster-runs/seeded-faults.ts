import type { EndWord, Fate, SubmissionFate } from "./fates.js";
import { quiet, type StandInSettings } from "./stand-in.js";
import { randomOf } from "./virtual-time.js";

/** Faults that count against a task which leaves its shards no further. */
const ownFaults: readonly EndWord[] = ["failed", "killed", "timed out", "out of memory"];

/** Faults of the cluster. */
const clusterFaults: readonly EndWord[] = ["lost its node", "preempted", "not launched"];

/** How often what goes wrong. */
export interface FaultsAllowed {
  /** By tasks' own doing: where a shard has fewer than three, it is done all the same. */
  readonly own: number;
  /** By the cluster's. */
  readonly cluster: number;
  /** Of submissions. */
  readonly submissions: number;
  /** By people, who cancel tasks. */
  readonly people: number;
  /** Times without answers. */
  readonly silences: number;
}

/** A scheduler's settings with faults that a seed determines, and that become fewer with each. */
export function faultySettings(seed: number, allowed: FaultsAllowed): StandInSettings {
  const random = randomOf(seed);
  const left = { ...allowed };
  const pick = <Item>(items: readonly Item[]) => items[Math.floor(random() * items.length)]!;
  const isLikely = () => random() < 0.4;
  const silences = Array.from({ length: allowed.silences }, () => {
    const from = random() * 400;
    return { from, to: from + 10 + random() * 300 };
  });
  return {
    ...quiet,
    nodes: pick([1, 2, 3, 8]),
    maxArraySize: pick([1, 2, 3, 1001]),
    remembers: pick([20, 60, 300, undefined]),
    secondsOfTrial: (node) => (node === 0 ? 3 : 0.5),
    secondsToStart: random() * 5,
    answers: (now) => !silences.some(({ from, to }) => from <= now && now < to),
    fateOf(): Fate {
      if (left.own > 0 && isLikely()) {
        left.own--;
        return pick<Fate>([
          { kind: "ends", how: pick(ownFaults), part: random(), isKept: isLikely() },
          { kind: "spoils", how: pick(["changed", "cut", "none"]) },
        ]);
      }
      if (left.cluster > 0 && isLikely()) {
        left.cluster--;
        return pick<Fate>([
          { kind: "ends", how: pick(clusterFaults), part: random(), isKept: isLikely() },
          {
            ...{ kind: "put back", part: random(), isKept: isLikely() },
            ...{ isHeld: isLikely(), isCopied: isLikely() },
          },
          { kind: "is lost", part: random(), runsOn: isLikely() },
          { kind: "is forgotten" },
        ]);
      }
      if (left.people > 0 && isLikely()) {
        left.people--;
        return { kind: "ends", how: "cancelled", part: random(), isKept: isLikely() };
      }
      return { kind: "well" };
    },
    fateOfSubmission(): SubmissionFate {
      const people: Pick<SubmissionFate, "cancelAfter"> =
        left.people > 0 && isLikely() ? { cancelAfter: random() * 60 } : {};
      left.people -= people.cancelAfter === undefined ? 0 : 1;
      if (left.submissions > 0 && isLikely()) {
        left.submissions--;
        return {
          ...pick<SubmissionFate>([
            { kind: "taken unheard" },
            { kind: "taken late", after: random() * 100 },
            { kind: "lost" },
          ]),
          ...people,
        };
      }
      return { kind: "taken", ...people };
    },
  };
}
