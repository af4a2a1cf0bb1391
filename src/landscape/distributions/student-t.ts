import { number, product } from "../build.js";
import { jacobiRule } from "../quadrature.js";
import { decayingReference, ladderOf, pairsOf } from "./decaying.js";
import type { Continuous, Distribution } from "./distribution.js";
import { farthest, studentDecaying, studentLine, studentPieces, studentPlace } from "./student-line.js";
import { studentFormula } from "./student-quantile.js";

/** With fewer, data are mostly too large for numbers; with more they are normal. */
const least = 1 / 8;
const most = 1e5;

const continuous: Continuous = {
  mean: () => 0,
  // Where there is none, what is as long.
  deviation: ([degrees]) => (degrees! > 2 ? Math.sqrt(degrees! / (degrees! - 2)) : 1),
  extent: ([degrees]) => [-studentPlace(degrees!, farthest), studentPlace(degrees!, farthest)],
  bounded: false,
  leastMissing: ([degrees]) => Math.ceil(degrees!),
  latex: ([degrees], { number: write }) => `t_{${write(degrees!)}}`,
  quantile: ([degrees]) =>
    product([
      number(Math.sqrt(degrees!)),
      { kind: "call", name: "sinh", argument: studentFormula(degrees!) },
    ]),
  typical: (_, share) => 3 * share,
  sections: () => [-2.4, 0.4, 3],
  shifted: () => undefined,
  // Romanovski's polynomials, of which there are as many as there are moments
  exactRule: ([nu], size) =>
    jacobiRule(
      Math.min(size, Math.floor((Math.ceil(nu!) - 1) / 2) + 1),
      () => 0,
      (k) => Math.sqrt((nu! * k * (nu! + 1 - k)) / ((nu! - 2 * k) * (nu! - 2 * k + 2))),
    ),
  ladder: ([degrees]) => ladderOf([studentDecaying(degrees!)]),
  reference: decayingReference,
  paired: pairsOf(
    ([degrees]) => [studentDecaying(degrees!)],
    ([degrees]) => studentPieces(degrees!),
  ),
  line: ([degrees]) => studentLine(degrees!),
};

export const studentT: Distribution = {
  name: "student_t",
  parameters: ["degrees"],
  signature: "student_t(degrees)",
  form: "student_t(7)",
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a place to type
  snippet: "student_t(${1:7})",
  documentation:
    "`student_t(degrees)`: Student's distribution, density proportional to `(1 + x²/degrees)^(−(degrees + 1)/2)`. Only moments below `degrees` exist; a prediction that needs another is refused. `1/8 ≤ degrees ≤ 10⁵`.",
  table: {
    means: "Student's distribution; only moments below `degrees` exist",
    holds: "`1/8 ≤ degrees ≤ 10⁵`",
  },
  synonyms: "student studentt t_distribution tdist rt",
  remarks: [["cauchy lorentz", "write `student_t(1)`"]],
  source: (name, [first]) => {
    const { value: degrees } = first!;
    if (!(degrees > 0)) {
      return { refusal: `the degrees of freedom are ${degrees}; they must be positive`, argument: 0 };
    }
    if (degrees < least) {
      return {
        refusal: `data of ${degrees} degrees of freedom are mostly too large for numbers; take at least ${least}`,
        argument: 0,
      };
    }
    if (degrees > most) {
      return {
        refusal: `there are ${degrees} degrees of freedom; above ${most} use \`normal(0, 1)\``,
        argument: 0,
      };
    }
    return { kind: "continuous", name, distribution: "student_t", parameters: [degrees] };
  },
  continuous,
};
