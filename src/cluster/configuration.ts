import { type CommandAnswer, type CouldNotAsk, couldNotAsk, lastWords } from "./could-not-ask.js";

/** What a cluster's configuration says that matters here. Times are in seconds; `undefined` where a line is not there. */
export interface Configuration {
  readonly kind: "seen";
  /** Such as `22.05.8`. */
  readonly release: string | undefined;
  readonly cluster: string | undefined;
  /** Indices of arrays are below it. */
  readonly maxArraySize: number;
  /** How many jobs the controller holds at once, tasks counted one by one. */
  readonly maxJobCount: number | undefined;
  /** How long a task that has ended is remembered; 0 means for ever. The queue must be looked at more often. */
  readonly minJobAge: number | undefined;
  /** From the signal that asks to end to the one that ends. */
  readonly killWait: number | undefined;
  /** How long a node may be silent before what runs on it is started elsewhere. */
  readonly slurmdTimeout: number | undefined;
  /** How long a task that was put back waits. */
  readonly requeueWait: number;
}

/** Slurm's own, where no configuration says otherwise. */
const usualRequeueWait = 120;

/** Reads an answer of `scontrol show config`. */
export function readConfiguration(answer: CommandAnswer): Configuration | CouldNotAsk {
  if (answer.status !== 0) {
    return couldNotAsk("scontrol", lastWords(answer));
  }
  const values = new Map<string, string>();
  for (const line of answer.stdout.split("\n")) {
    const [, name, value] = /^(\w+)\s*=\s(.*)$/.exec(line) ?? [];
    // Sections of plugins that come later have names of their own.
    if (name !== undefined && !values.has(name)) {
      values.set(name, value!.trim());
    }
  }
  const number = (name: string): number | undefined => {
    const [, digits] = /^(\d{1,10})(?: sec)?$/.exec(values.get(name) ?? "") ?? [];
    return digits === undefined ? undefined : Number(digits);
  };
  const maxArraySize = number("MaxArraySize");
  if (maxArraySize === undefined) {
    return couldNotAsk("scontrol", "its answer does not say MaxArraySize");
  }
  const expiry = /(?:^|,)cred_expire=(\d{1,7})(?:,|$)/.exec(values.get("AuthInfo") ?? "")?.[1];
  return {
    kind: "seen",
    release: values.get("SLURM_VERSION"),
    cluster: values.get("ClusterName"),
    maxArraySize,
    maxJobCount: number("MaxJobCount"),
    minJobAge: number("MinJobAge"),
    killWait: number("KillWait"),
    slurmdTimeout: number("SlurmdTimeout"),
    requeueWait: expiry === undefined || Number(expiry) < 5 ? usualRequeueWait : Number(expiry),
  };
}

/** Reads an answer of `squeue --version`, such as `slurm 24.05.3`, or `slurm-wlm 22.05.8` where Debian has packed it. */
export function readRelease(
  answer: CommandAnswer,
): { readonly kind: "seen"; readonly release: string } | CouldNotAsk {
  const [, release] = /^slurm\S* (\d+\.\d+\S*)\s*$/m.exec(answer.status === 0 ? answer.stdout : "") ?? [];
  return release === undefined
    ? couldNotAsk(
        "squeue",
        answer.status === 0 ? "it does not say which release it is of" : lastWords(answer),
      )
    : { kind: "seen", release };
}
