import type { CompiledExpression } from "./evaluation.js";
import { adaptively, closedLossOf, type ExpectedLossParts, type FoundLoss } from "./expected.js";
import type { Landscape } from "./landscape.js";
import type { RuleFit } from "./rule-fit.js";
import type { GridFineness } from "./sampled-loss.js";

/** By how much the rules of one place may be dearer than those which were fitted to a run. */
const mostDearer = { sought: 512, given: 8 };
const mostWork = 50_000_000;

const mostKnown = 1024;

/**
 * Finds the expected loss at any weights to 1e-12 of the mean magnitude of what is averaged: by rules that are refined
 * until two of them agree, else adaptively. What it finds depends on the weights and the fit alone.
 */
export class LossFinder {
  private readonly landscape: Landscape;
  private readonly parts: ExpectedLossParts;
  private readonly fit: RuleFit;
  private readonly closed: CompiledExpression;
  /** Many trials may end at one place. */
  private readonly known = new Map<string, FoundLoss>();

  constructor(landscape: Landscape, parts: ExpectedLossParts, fit: RuleFit) {
    this.landscape = landscape;
    this.parts = parts;
    this.fit = fit;
    this.closed = closedLossOf(landscape, parts.closed);
  }

  at(theta: ArrayLike<number>): FoundLoss {
    const key = Array.from(theta).join();
    let found = this.known.get(key);
    if (found === undefined) {
      found = this.find(theta);
      if (this.known.size >= mostKnown) {
        this.known.clear();
      }
      this.known.set(key, found);
    }
    return found;
  }

  private find(theta: ArrayLike<number>): FoundLoss {
    const loss = this.byRules(theta);
    if (loss !== undefined) {
      return { loss };
    }
    const { refusal } = this.fit;
    return refusal === undefined ? adaptively(this.landscape, this.parts, theta) : { reason: refusal };
  }

  private byRules(theta: ArrayLike<number>): number | undefined {
    if (!this.fit.trusted) {
      return undefined;
    }
    const closed = this.closed(theta);
    let loss = closed;
    const rest = this.parts.sampled.length === 1 ? closed : undefined;
    for (const [index, part] of this.parts.sampled.entries()) {
      const from: GridFineness = this.fit.fineness[index]!;
      const dearer = this.fit.refusal === undefined ? mostDearer.sought : mostDearer.given;
      const settled = part.settle(theta, from, { left: Math.min(mostWork, dearer * part.work(from)) }, rest);
      if (settled === undefined) {
        return undefined;
      }
      loss += settled.estimate.value;
    }
    return Number.isFinite(loss) ? loss : undefined;
  }
}
