import type { DataSource } from "../landscape.js";
import { discrete } from "./discrete.js";
import type { Continuous, ContinuousSource, Counted, Distribution } from "./distribution.js";
import { distributions } from "./list.js";
import { normal } from "./normal.js";

/**
 * The distributions that data may have, a record each: what the language says of them, their moments and rules of
 * integration, and how they are drawn. Pure.
 */
export * from "./distribution.js";
export { distributions } from "./list.js";

/** The distribution of a name. */
export function distributionNamed(name: string): Distribution | undefined {
  return distributions.find((distribution) => distribution.name === name);
}

/** The distribution of a source. @throws RangeError when there is none of its name, which no checked file has. */
export function distributionOf({ distribution: name }: ContinuousSource): Distribution & {
  readonly continuous: Continuous;
} {
  const distribution = distributionNamed(name);
  if (distribution?.continuous === undefined) {
    throw new RangeError(`there is no continuous distribution ${name}`);
  }
  return distribution as Distribution & { readonly continuous: Continuous };
}

/** What is known of counts; nothing where a source has none. */
export function countedOf(source: DataSource): Counted | undefined {
  return source.kind === "finite" && source.law !== undefined
    ? distributionNamed(source.law.distribution)?.counted
    : undefined;
}

/** What is known of the data of a source. */
export function continuousOf(source: ContinuousSource): Continuous {
  return distributionOf(source).continuous;
}

/** A distribution in examples. */
export const exampleDistribution = `${normal.name}(0, 1)`;

/** Two data in examples. */
export const exampleData = `x ~ ${exampleDistribution}, y ~ ${discrete.form}`;

/** A source of standard normal deviates. */
export function standardNormal(name: string): ContinuousSource {
  return { kind: "continuous", name, distribution: normal.name, parameters: [0, 1] };
}
