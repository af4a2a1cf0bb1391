/** The verbs of the command, in the order in which help lists them. */
import type { Verb } from "../verb.js";
import { check } from "./check.js";
import { describe } from "./describe.js";
import { doctor } from "./doctor.js";
import { enumerate } from "./enumerate.js";
import { evaluate } from "./evaluate.js";
import { example } from "./example.js";
import { formula } from "./formula.js";
import { lsp } from "./lsp.js";
import { plot } from "./plot.js";
import { render } from "./render.js";
import { report } from "./report.js";
import { runs } from "./runs.js";
import { verify } from "./verify.js";

export const verbs: readonly Verb[] = [
  example,
  check,
  describe,
  enumerate,
  formula,
  evaluate,
  verify,
  plot,
  render,
  report,
  runs,
  lsp,
  doctor,
];
