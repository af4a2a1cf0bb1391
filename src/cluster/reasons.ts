import { cutText, printableLine } from "../printable/index.js";

/** Why a job waits, and whether waiting is of use. */
export interface Wait {
  /** Whether it never starts by itself. */
  readonly isStuck: boolean;
  readonly canBeReleased: boolean;
  /** Goes on behind the task's name. */
  readonly line: string;
}

/**
 * Says what Slurm's word for why a job waits means.
 * @param reason the word; what stands behind it (`ReqNodeNotAvail, UnavailableNodes:…`) does not matter.
 * @param description Slurm's own sentence, if any.
 * @param isRequeued whether the job ran before and was put back.
 */
export function waitOf(reason: string, description: string, isRequeued: boolean): Wait {
  const word = /^[A-Za-z]*/.exec(reason)![0];
  const said = description === "" ? "" : `: ${cutText(printableLine(description), 200)}`;
  const held = Object.hasOwn(holding, word) ? holding[word] : undefined;
  if (held !== undefined) {
    const after = isRequeued ? "was put back and is held" : "is held";
    return {
      isStuck: true,
      canBeReleased: true,
      line: `${after}${held}${said}; it does not start before it is released`,
    };
  }
  const refused = Object.hasOwn(refusing, word)
    ? refusing[word]
    : limitsOfJobs.test(word)
      ? "asks for more than a limit of the cluster allows a job"
      : undefined;
  if (refused !== undefined) {
    return { isStuck: true, canBeReleased: false, line: `never starts: it ${refused} (${word})` };
  }
  const line =
    isRequeued && ["", "None", "BeginTime"].includes(word)
      ? "waits to be started again"
      : (waitingLine(word) ?? `waits; the cluster says ${cutText(printableLine(reason), 100)}`);
  return {
    isStuck: false,
    canBeReleased: false,
    line: isRequeued ? `was put back, and ${line}` : line,
  };
}

/** Held jobs, by whom. */
const holding: Readonly<Record<string, string>> = {
  JobHeldUser: "",
  JobHeldAdmin: " by an administrator or by the cluster itself",
  JobHoldMaxRequeue: ", since it was put back as often as the cluster allows",
  ReservationDeleted: ", since its reservation was deleted",
};

/** What no waiting cures. */
const refusing: Readonly<Record<string, string>> = {
  DependencyNeverSatisfied: "depends on a job that will not end as it should",
  BadConstraints: "asks for what no node has",
  PartitionTimeLimit:
    "asks for more time than its partition allows; give it less by --time, or another --partition",
  PartitionConfig:
    "asks for what its partition does not allow, such as more time; give it less by --time, or another --partition",
  InvalidAccount: "names an account that is not valid; give it another by --account",
  AccountNotAllowed:
    "names an account that its partition does not take; give it another by --account or --partition",
  InvalidQOS: "has a quality of service that is not valid",
  QOSNotAllowed: "has a quality of service that its partition or account does not take",
  QOSTimeLimit: "asks for more time than its quality of service allows; give it less by --time",
  AssociationTimeLimit: "asks for more time than its account allows; give it less by --time",
};

/** Limits of what one job may ask for, such as `QOSMaxWallDurationPerJobLimit`; those of users and accounts pass. */
const limitsOfJobs = /^(?:(?:Assoc|QOS)Max\w*Per(?:Job|Node)(?:Limit)?|QOSMin\w+|MaxMemPerLimit)$/;

function waitingLine(word: string): string | undefined {
  if (Object.hasOwn(passing, word)) {
    return passing[word];
  }
  return /^(?:Assoc|QOS|Max\w+PerAccount)/.test(word)
    ? `waits: a limit of its user, account or quality of service is reached (${word})`
    : undefined;
}

/** What passes by itself, or when an administrator does something. */
const passing: Readonly<Record<string, string>> = {
  "": "waits for the cluster to look at it",
  None: "waits for the cluster to look at it",
  Priority: "waits for its turn",
  Resources: "waits for nodes, which are busy or out of service",
  BeginTime: "waits for its time to begin",
  Dependency: "waits for another job",
  JobArrayTaskLimit: "waits for other tasks of its array to end",
  PartitionDown: "waits: its partition starts no jobs at present",
  PartitionInactive: "waits: its partition starts no jobs at present",
  PartitionNodeLimit: "waits: its partition has not as many nodes in service as it asks for",
  NodeDown: "waits for nodes that are out of service",
  ReqNodeNotAvail: "waits for nodes that are reserved or out of service",
  Reservation: "waits for its reservation",
  Licenses: "waits for licences",
  Cleaning: "waits until its last run is cleaned up",
  Prolog: "waits until its node is prepared",
};
