import type { Expansion } from "../landscape/index.js";
import { type Descent, isFlow, ruleOf, scheduleOf, stepSize, updates } from "../optimisers/index.js";
import { roundedText } from "../printable/index.js";
import type { Eigenbasis } from "./eigen.js";

/** A landscape as far as directions are named in its weights. */
interface Named {
  readonly weights: readonly { readonly name: string }[];
}

/**
 * Whether descent diverges by its learning rate: where `ηh > 2` along a direction of curvature `h` (`η` what
 * an update goes), `k = 1 − ηh` is below −1 and each update enlarges what is off along it. A direction along which no
 * datum pulls at the start is at rest, and nothing is said of it.
 * @returns one line that names the worst direction and the learning rate that would be stable.
 */
export function divergenceOf(
  landscape: Named,
  { values, vectors }: Eigenbasis,
  expansion: Expansion,
  eta: number,
  descent: Descent,
): string | undefined {
  if (updates(scheduleOf(descent)) < 2 || isFlow(descent)) {
    return undefined;
  }
  const { rate } = ruleOf(descent);
  const step = eta * rate;
  const moves = (mu: number) => {
    const pull = expansion.derivative([mu]);
    return expansion.cumulant([pull]) !== 0 || expansion.cumulant([pull, pull]) !== 0;
  };
  const steep = values
    .map((h, mu) => ({ h, mu }))
    .filter(({ h, mu }) => step * h > 2 && moves(mu))
    .sort((one, other) => other.h - one.h);
  const [worst, ...others] = steep;
  if (worst === undefined) {
    return undefined;
  }
  const more = others.length === 0 ? "" : ` (and ${others.length} more)`;
  const product = rate === 1 ? "eta*h" : `${short(rate)}*eta*h`;
  return (
    `descent diverges: ${product} = ${short(step * worst.h)} is more than 2 along ` +
    `${directionName(vectors[worst.mu]!, landscape)}${more}, so each update multiplies what is off by ` +
    `1 - ${product} = ${short(1 - step * worst.h)}; eta below ${short(2 / (rate * worst.h))} would not`
  );
}

/** The direction that updates contract least, where they do not contract it at all: in words, or `undefined` where all contract. */
export function stayingOf(
  landscape: Named,
  { values, vectors }: Eigenbasis,
  eta: number,
  descent: Descent,
): string | undefined {
  const step = stepSize(descent, eta);
  const [worst] = values
    .map((h, mu) => ({ h, mu, kept: Math.abs(1 - step * h) }))
    .filter(({ h, kept }) => !(h > 0 && kept < 1))
    .sort((one, other) => other.kept - one.kept);
  return (
    worst &&
    `along ${directionName(vectors[worst.mu]!, landscape)} the curvature is ${short(worst.h)}, and each update multiplies what is off by ${short(1 - step * worst.h)}`
  );
}

/** A direction as a sum of the weights that count most in it. */
function directionName(vector: readonly number[], { weights }: Named): string {
  // A metric's directions are not of length 1.
  const length = Math.hypot(...vector);
  const parts = vector
    .map((share, index) => ({ share: share / length, name: weights[index]!.name }))
    .filter(({ share }) => Math.abs(share) >= 0.1)
    .sort((one, other) => Math.abs(other.share) - Math.abs(one.share));
  const [first] = parts;
  if (first !== undefined && Math.abs(first.share) > 0.995) {
    return first.name;
  }
  const sign = Math.sign(first?.share ?? 1);
  const shown = parts.slice(0, 3).map(({ share, name }, index) => {
    const size = Math.abs(share).toFixed(2);
    const minus = share * sign < 0;
    return `${index === 0 ? "" : minus ? " - " : " + "}${size} ${name}`;
  });
  return `${shown.join("")}${parts.length > 3 || parts.length === 0 ? " + …" : ""}`;
}

function short(value: number): string {
  return roundedText(value, 6);
}
