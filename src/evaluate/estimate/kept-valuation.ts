import type { Diagram } from "../../diagram/index.js";
import type { WeightFunction } from "../../observables/index.js";
import type { EmbeddingPlan } from "../../spacetime/index.js";
import type { Root } from "../root.js";
import type { KnownSample } from "./sample-answer.js";
import { countOf, SampledValuation } from "./sampled-valuation.js";

/** What tells functions of the weights apart, whoever asks: their names, and where several have one a number. */
export class FunctionNames {
  private readonly known = new Map<string, WeightFunction["value"][]>();
  private readonly texts = new Map<string, string>();

  /** The same text for equal ones: samples are many, and each would have its own. */
  shared(text: string): string {
    const known = this.texts.get(text);
    if (known === undefined) {
      this.texts.set(text, text);
    }
    return known ?? text;
  }

  of({ name, value }: WeightFunction): string {
    const own = this.known.get(name) ?? [];
    this.known.set(name, own);
    if (!own.includes(value)) {
      own.push(value);
    }
    return `${name} ${own.indexOf(value)}`;
  }
}

/**
 * What diagrams are worth by one sample: what others have found of it as it is, and the rest from its rows. What was found here is known
 * from then on, and can be told.
 */
export class KeptValuation extends SampledValuation {
  private readonly contractions = new Map<string, number[]>();
  /** Names of what was found here, since it was last told. */
  private fresh: string[] = [];
  private workOfOthers = 0;
  private workOfDraws = 0;
  private workTold = 0;
  private isLacking = false;

  /** @param isMean whether it is the mean of several draws, which are worked out apart: from rows of its own it has nothing. */
  constructor(
    private readonly names: FunctionNames,
    private readonly isMean: boolean,
    ...parameters: ConstructorParameters<typeof SampledValuation>
  ) {
    super(...parameters);
  }

  /** Work until now, whoever did it, in gradients of one row. */
  get workOfAll(): number {
    return this.workOfOthers + this.workHere;
  }

  private get workHere(): number {
    return this.workOfDraws + this.work;
  }

  /** Of a mean whether it was asked for something that its draws were not: zeros were answered. Asking lets go of it. */
  takeLacking(): boolean {
    const { isLacking } = this;
    this.isLacking = false;
    return isLacking;
  }

  /** Takes the mean of what draws have found, as found here; of each no more is held than the sum with those before it. */
  takeMean(draws: Iterable<Pick<KnownSample, "contractions" | "work">>): void {
    const sums = new Map<string, number[]>();
    let count = 0;
    for (const { contractions, work } of draws) {
      count++;
      this.workOfDraws += work;
      for (const [name, entries] of contractions) {
        const sum = sums.get(name);
        sums.set(name, sum === undefined ? [...entries] : sum.map((value, entry) => value + entries[entry]!));
      }
    }
    for (const [name, sum] of sums) {
      this.contractions.set(
        this.names.shared(name),
        sum.map((value) => value / count),
      );
      this.fresh.push(name);
    }
  }

  /** All that is known, by names. */
  get known(): KnownSample["contractions"] {
    return [...this.contractions];
  }

  override contract(diagram: Diagram, plan: EmbeddingPlan, step: number, root: Root): number[] {
    const name = this.names.shared(this.nameOf(diagram, countOf(plan, diagram.parents.length), root));
    const known = step === 0 ? this.contractions.get(name) : undefined;
    if (known !== undefined) {
      return known;
    }
    if (this.isMean) {
      this.isLacking = true;
      return new Array<number>(root === "open" ? this.dimension : 1).fill(0);
    }
    const found = super.contract(diagram, plan, step, root);
    this.contractions.set(name, found);
    this.fresh.push(name);
    return found;
  }

  /** Takes what others have found. */
  take({ contractions, work }: Pick<KnownSample, "contractions" | "work">): void {
    for (const [name, entries] of contractions) {
      this.contractions.set(this.names.shared(name), entries);
    }
    this.workOfOthers += work;
  }

  /** What was found here and was not told yet. */
  tell(): Pick<KnownSample, "contractions" | "work"> {
    const told = {
      contractions: this.fresh.map((name) => [name, this.contractions.get(name)!] as const),
      work: this.workHere - this.workTold,
    };
    this.fresh = [];
    this.workTold = this.workHere;
    return told;
  }

  private nameOf({ parents, parts }: Diagram, count: number, root: Root): string {
    const nodes = `${parents.join()} ${parts.join()} ${count}`;
    if (typeof root === "string") {
      return `${nodes} ${root}`;
    }
    if ("covaried" in root) {
      return `${nodes} ${JSON.stringify(root.covaried)} ${root.isFirst.map(Number).join("")}`;
    }
    return `${nodes} f ${this.names.of(root)}`;
  }
}
