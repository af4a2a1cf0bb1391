import { processor, type RunPoint } from "../runs/index.js";
import { listed, many, roundedUp, short } from "./words.js";

/** What is predicted elsewhere, asked for where a reason says what to do. */
export interface Outlook {
  /**
   * The largest learning rate below this one at which the prediction carries the number; `undefined` where none does.
   * @param remainder what is left over at this one.
   */
  rate(remainder: number): number | undefined;
  /** The lowest order that carries the number where this one does at no learning rate; `undefined` where none is known. */
  order(): number | undefined;
  /** Diagrams of an order, in short form, that are not zero and that a prediction by names leaves out. */
  lacking(order: number): readonly string[];
  /** What measuring an order may be off by in double precision, where it is what larger numbers leave; 0 where that is not known. */
  rounding(order: number): number;
  /** Moments of the data that are drawn so far off that an order may disagree for it, in words; absent where there are none. */
  drawing?(): readonly string[];
}

/** What a number that disagrees may owe to tails, to put behind its reason; nothing for most data. */
export function wordsOfDrawing({ drawing }: Pick<Outlook, "drawing">): string {
  const drawn = drawing?.() ?? [];
  return drawn.length === 0
    ? ""
    : `; this may be no fault of the prediction: in simulations ${listed(drawn)}, for rare values are not drawn`;
}

/** What of a point is judged; the reason says for an inconclusive one what would decide. */
export type Judgement = Pick<
  RunPoint,
  "verdict" | "reason" | "wrongOrder" | "trialsToDecide" | "etaToDecide" | "orderToDecide" | "needsPrecision"
>;

/** What makes a point inconclusive: why, and what would help. */
export type Doubt = Omit<Judgement, "verdict">;

/** Trials as far as some are in no mean. */
export interface TrialsCounted {
  readonly trials: number;
  /** Trials whose weights left the finite numbers. */
  readonly diverged: number;
  /** Whether trials of single precision that diverged were seen to do so in double precision too; absent for double. */
  readonly divergesInDouble?: boolean;
  /** Present where the processor has such trials in single precision too, so that none in double precision can be asked for. */
  readonly isSingleOnly?: true;
  /** Trials that are in no mean since their expected loss could not be found where they ended, and why. */
  readonly unfound?: { readonly trials: number; readonly reason: string };
  /** The function of the weights that is observed: it need not be a number wherever a trial ends. */
  readonly functionName?: string;
}

/** An inconclusive judgement for all of these reasons; of several numbers of trials the largest would do for all. */
export function inconclusive(doubts: readonly Doubt[]): Judgement {
  const { reason: _, ...help } = Object.assign({}, ...doubts) as Doubt;
  const trials = Math.max(...doubts.map(({ trialsToDecide = 0 }) => trialsToDecide));
  const last = doubts.findLast(({ trialsToDecide }) => trialsToDecide !== undefined);
  const reasons = doubts.map((doubt) =>
    doubt === last ? `${doubt.reason}; about ${many(trials)} trials would do` : doubt.reason,
  );
  return {
    verdict: "inconclusive",
    ...help,
    ...(last === undefined ? {} : { trialsToDecide: trials }),
    reason: reasons.join("; "),
  };
}

/** Trials that are in no mean. */
export function doubtsOfTrials({
  trials,
  diverged,
  divergesInDouble,
  isSingleOnly,
  unfound,
  functionName,
}: TrialsCounted): Doubt[] {
  if (diverged > 0 && divergesInDouble === false) {
    const what = `${diverged} of ${trials} trials left what single precision can hold`;
    return [precisionDoubt(what, "whether they diverge", "lower eta", isSingleOnly)];
  }
  if (diverged > 0 && functionName !== undefined) {
    const reason =
      `${diverged} of ${trials} trials diverged or ended where ${functionName} is no number, so there is no mean to compare; ` +
      "lower eta, or observe what is a number everywhere";
    return [{ reason }];
  }
  if (diverged > 0) {
    return [
      { reason: `${diverged} of ${trials} trials diverged, so there is no mean to compare; lower eta` },
    ];
  }
  if (unfound !== undefined) {
    const { trials: missing, reason } = unfound;
    return [{ reason: `for ${missing} of ${trials} trials the expected loss could not be found: ${reason}` }];
  }
  return [];
}

/** That an order is less than what single precision may err by. */
export function hiddenByRounding(order: number, size: number, floor: number, isSingleOnly?: true): Doubt {
  const what = `single precision errs by up to ${short(floor)}, which hides order ${order}'s ${short(size)}`;
  return precisionDoubt(what, undefined, largerRate, isSingleOnly);
}

/** What makes numbers larger than rounding. */
export const largerRate = "take a larger eta";

/**
 * What double precision would mend.
 * @param told what it would tell, if that has to be said. @param otherwise what to do where there are no such trials.
 */
export function precisionDoubt(
  what: string,
  told: string | undefined,
  otherwise: string,
  isSingleOnly?: true,
): Doubt {
  if (isSingleOnly) {
    return { reason: `${what}; there are no trials of tensors in double precision, so ${otherwise}` };
  }
  const would = told === undefined ? "would tell" : `would tell ${told}`;
  return {
    reason: `${what}; double precision (backend ${processor.name}) ${would}`,
    needsPrecision: true,
  };
}

/** What more trials would mend, whose number {@link inconclusive} says. @param needed so many, by an estimate. */
export function trialsDoubt(what: string, needed: number): Doubt {
  const trials = roundedUp(needed);
  return Number.isSafeInteger(trials)
    ? { reason: what, trialsToDecide: trials }
    : { reason: `${what}; it takes more trials than can be run` };
}

/**
 * What a lower learning rate or another order would mend.
 * @param rest what is left over at this learning rate.
 * @param otherwise what to do where neither is known.
 */
export function withAdvice(
  what: string,
  outlook: Pick<Outlook, "rate" | "order">,
  rest: number,
  otherwise = "lower eta or predict a higher order",
): Doubt {
  const rate = outlook.rate(rest);
  if (rate !== undefined) {
    return { reason: `${what}; lower eta to ${rate}`, etaToDecide: rate };
  }
  const order = outlook.order();
  return order === undefined
    ? { reason: `${what}; ${otherwise}` }
    : { reason: `${what}; predict order ${order}`, orderToDecide: order };
}
