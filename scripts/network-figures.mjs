// Makes the pictures of examples/networks, from the digits that examples/networks/digits.py makes: verifications are run and drawn by the built command, and
// what is left over of stochastic descent less GDC and less GD is drawn one against the other.
// Usage: npm run figures:networks [-- [BLOCK…] [--output FOLDER] [--trials N]]
// A BLOCK is the name of a verify block, or of a pair: logistic, logistic_random, convnet. All by default.

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { drawPair } from "./pair-plot.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = join(root, "examples", "networks");

/** What the command draws: blocks by their files. */
const plotted = {
  convnet_excess: "digits_convnet",
  convnet_gap: "digits_convnet",
  logistic_excess: "digits_logistic",
  logistic_gap: "digits_logistic",
  linear_excess: "linear_network",
  linear_gap: "linear_network",
};

/** Landscapes with a block `…_sgd_less_gd` and one `…_sgd_less_gdc`, by their files. */
const pairs = { logistic: "digits_logistic", logistic_random: "digits_logistic", convnet: "digits_convnet" };

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { output: { type: "string", default: join(folder, "pictures") }, trials: { type: "string" } },
});

/** What the command prints; it says itself what is wrong. */
function diag(verb, file, block, words) {
  const { status, stdout } = spawnSync(
    process.execPath,
    [
      ...[join(root, "dist", "diag.js"), verb, join(folder, `${file}.diag`), block],
      ...["--backend", "cpu", "--seed", "1", ...words],
      ...(values.trials === undefined ? [] : ["--trials", values.trials]),
    ],
    { stdio: ["ignore", "pipe", "inherit"], maxBuffer: 2 ** 28 },
  );
  // Where descent goes beyond the series a verification is inconclusive, and drawn all the same.
  if (status !== 0 && status !== 3) {
    process.exitCode = 1;
    return undefined;
  }
  return stdout.toString();
}

function plot(block) {
  const words = ["--only", "measured", "--x", "eta", "--to", "svg", "--output", join(values.output, block)];
  process.stdout.write(diag("plot", plotted[block], block, words) ?? "");
}

function plotPair(name) {
  const [gd, gdc] = ["gd", "gdc"].map((other) => {
    const printed = diag("verify", pairs[name], `${name}_sgd_less_${other}`, ["--json"]);
    return printed === undefined ? undefined : JSON.parse(printed).runs;
  });
  if (gd === undefined || gdc === undefined) {
    return;
  }
  const points = gd.map((run, index) => ({
    eta: run.eta,
    start: run.with?.start,
    x: { mean: run.measured, error: run.standardError },
    y: { mean: gdc[index].measured, error: gdc[index].standardError },
  }));
  const path = join(values.output, "sgd_less_gd_and_gdc", `${name}.svg`);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, drawPair(points));
  console.log(path);
}

const all = [...Object.keys(plotted), ...Object.keys(pairs)];
const asked = positionals.length > 0 ? positionals : all;
const unknown = asked.find((name) => !all.includes(name));
if (unknown !== undefined) {
  console.error(`there is no ${unknown}; there are ${all.join(", ")}`);
  process.exitCode = 2;
} else if (!existsSync(join(folder, "digits-images-idx3-ubyte"))) {
  console.error("there are no digits; make them by python3 examples/networks/digits.py");
  process.exitCode = 1;
} else {
  for (const name of asked) {
    (Object.hasOwn(plotted, name) ? plot : plotPair)(name);
  }
}
