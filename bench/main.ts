import { benchLoad, benchSlurm } from "./cluster/index.js";
import { benchEditor } from "./editor/index.js";
import { benchEvaluation } from "./evaluate/index.js";
import { type Figure, formatFigures } from "./figure.js";
import { benchFunctions } from "./functions/index.js";
import { benchGpu, gpuOptions } from "./gpu/index.js";
import { gpuOpeners } from "./gpu/openers.js";
import { benchLanguage, benchProcess } from "./language/index.js";
import { benchConvnetTrials, benchNetworks } from "./networks/index.js";
import { benchPrecision } from "./precision/index.js";
import { benchPreview } from "./preview/index.js";
import { benchSimulation, type Row } from "./simulate/index.js";
import { benchTensors } from "./tensors/index.js";

/** A simulation's row in the common table: speeds are medians, the ratio is run against run. */
function figuresOf(row: Row): Figure[] {
  const range = `${row.leastRatio.toFixed(2)} to ${row.mostRatio.toFixed(2)}`;
  return [
    {
      what: `simulation: ${row.what}`,
      measured: `${row.ours.toFixed(0)} M steps/s, C ${row.c.toFixed(0)} M steps/s`,
    },
    {
      what: "    as a multiple of C's speed",
      measured: `${row.ratio.toFixed(2)} (${range}); means ${row.apart.toExponential(0)} standard errors apart`,
      goal: "≥ 1",
      met: row.ratio >= 1,
    },
    ...nativeFigures(row),
  ];
}

function nativeFigures({ native, what }: Row): Figure[] {
  if (typeof native === "string") {
    return [{ what: "    compiled", measured: `not measured: ${native}` }];
  }
  const ratio = ([middle, least, most]: readonly [number, number, number]) =>
    `${middle.toFixed(2)} (${least.toFixed(2)} to ${most.toFixed(2)})`;
  const [overC] = native.overC;
  const [overWasm] = native.overWasm;
  return [
    {
      what: "    compiled, as a multiple of C's speed",
      measured: `${ratio(native.overC)}; ${native.speed.toFixed(0)} M steps/s, first run ${native.cold.toFixed(0)} ms`,
      goal: "≥ 1",
      met: overC >= 1,
    },
    {
      what: "    compiled, as a multiple of WebAssembly's speed",
      measured: ratio(native.overWasm),
      // Of vectors of 512 bits; Gauss has no goal.
      ...(what.startsWith("Archimedes") ? { goal: "≥ 2.5", met: overWasm >= 2.5 } : {}),
    },
    ...(native.overWasmInTime === undefined
      ? []
      : [{ what: "    the same in processor time", measured: ratio(native.overWasmInTime) }]),
  ];
}

const words = process.argv.slice(2);
// Options are for the bench of GPUs alone.
const firstOption = words.findIndex((word) => word.startsWith("--"));
const sections = firstOption < 0 ? words : words.slice(0, firstOption);
const wants = (section: string) => sections.length === 0 || sections.includes(section);
const figures: Figure[] = [];
if (wants("evaluate")) {
  figures.push(...(await benchEvaluation()));
}
if (wants("language")) {
  figures.push(...(await benchLanguage()));
}
if (wants("preview")) {
  figures.push(...(await benchPreview()));
}
if (wants("editor")) {
  figures.push(...(await benchEditor()));
}
if (wants("server")) {
  figures.push(...(await benchProcess()));
}
if (wants("simulate")) {
  figures.push(...(await benchSimulation()).flatMap(figuresOf));
}
if (wants("tensors")) {
  figures.push(...(await benchTensors()));
}
if (wants("networks")) {
  figures.push(...(await benchNetworks()));
} else if (sections.includes("convnet")) {
  // The part of it that is over in a minute.
  figures.push(...(await benchConvnetTrials()));
}
if (wants("precision")) {
  figures.push(...(await benchPrecision()));
}
if (wants("functions")) {
  figures.push(...(await benchFunctions()));
}
// It takes minutes.
if (sections.includes("cluster")) {
  figures.push(...(await benchLoad()));
}
// It needs a Slurm.
if (sections.includes("slurm")) {
  figures.push(...(await benchSlurm()));
}
// It takes its time, and needs a GPU to say anything: only when it is named.
if (sections.includes("gpu")) {
  const options = gpuOptions(firstOption < 0 ? [] : words.slice(firstOption));
  figures.push(...(await benchGpu(gpuOpeners, options)));
}
console.log(formatFigures(figures));
// Something of a browser or a worker may linger; what was asked for is done.
process.exit();
