import type { DataSource } from "../landscape.js";
import type { Refusal } from "./distribution.js";

/** A source of finitely many values. Values that are given twice are one outcome; outcomes of no probability are none. */
export function outcomesOf(
  name: string,
  given: readonly { readonly value: number; readonly probability: number }[],
): DataSource {
  const probabilities = new Map<number, number>();
  for (const { value, probability } of given) {
    if (probability > 0) {
      // Negative zero is zero.
      const key = value === 0 ? 0 : value;
      probabilities.set(key, (probabilities.get(key) ?? 0) + probability);
    }
  }
  return {
    kind: "finite",
    name,
    outcomes: [...probabilities].map(([value, probability]) => ({ value, probability })),
  };
}

export function isProbability(value: number): boolean {
  return value >= 0 && value <= 1;
}

export function refuseProbability(value: number, argument: number): Refusal {
  return { refusal: `${value} is no probability; it lies between 0 and 1`, argument };
}
