import { execFileSync } from "node:child_process";

/** What a card can start in a second. */
export interface Card {
  readonly name: string;
  readonly multiprocessors: number;
  /** In a clock and multiprocessor: lanes for floating-point numbers, which products of words share. */
  readonly floatLanes: number;
  /** Megahertz: the highest clock that it may have. */
  readonly clock: number;
}

/** In a clock and multiprocessor, the same on all cards from Volta to Hopper. */
export const lanes = { product: 64, logic: 64, special: 16, started: 128 } as const;

interface Kind {
  readonly name: RegExp;
  readonly multiprocessors: number;
  readonly floatLanes: 64 | 128;
}

const kind = (name: RegExp, multiprocessors: number, floatLanes: 64 | 128): Kind => ({
  name,
  multiprocessors,
  floatLanes,
});

/** By the whole name that the driver gives, less the maker's. */
const kinds: readonly Kind[] = [
  kind(/^H200( NVL)?$/, 132, 128),
  kind(/^H100 80GB HBM3$|^H100 NVL$/, 132, 128),
  kind(/^H100 PCIe$/, 114, 128),
  kind(/^L40S?$|^RTX 6000 Ada Generation$/, 142, 128),
  kind(/^L4$/, 58, 128),
  kind(/^A100[- ](SXM4|PCIE|PCIe|80GB)([- ].*)?$/, 108, 64),
  kind(/^A10$/, 72, 128),
  kind(/^A10G$/, 80, 128),
  kind(/^A40$|^RTX A6000$/, 84, 128),
  kind(/^Tesla T4$|^T4$/, 40, 64),
  kind(/^(Tesla )?V100-.*$/, 80, 64),
  kind(/^GeForce RTX 4090$/, 128, 128),
  kind(/^GeForce RTX 4080$/, 76, 128),
  kind(/^GeForce RTX 3090$/, 82, 128),
  kind(/^GeForce RTX 2080 Ti$/, 68, 64),
];

/** What the driver's tool says of the machine's cards; none when there is no such tool. */
export function driverReport(): string {
  try {
    const words = ["--query-gpu=name,clocks.max.sm", "--format=csv,noheader,nounits"];
    return execFileSync("nvidia-smi", words, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  } catch {
    return "";
  }
}

/**
 * The card that an engine runs on, or in a few words why its rates are not known.
 * @param device the engine's description of its device.
 * @param report lines of a name and a clock in megahertz.
 */
export function cardOf(device: string, report: string): Card | string {
  const lines = report
    .trim()
    .split("\n")
    .filter((line) => line.includes(","));
  if (lines.length === 0) {
    return "nvidia-smi names no card";
  }
  const cards = lines.map((line) => {
    const comma = line.lastIndexOf(",");
    return { name: line.slice(0, comma).trim(), clock: Number(line.slice(comma + 1)) };
  });
  const card = cards.find(({ name }) => device.includes(name)) ?? cards[0]!;
  const short = card.name.replace(/^NVIDIA /, "");
  const known = kinds.find(({ name }) => name.test(short));
  if (known === undefined) {
    return `${card.name} is not in bench/gpu/cards.ts`;
  }
  if (!(card.clock > 0)) {
    return `nvidia-smi tells no clock of ${card.name}`;
  }
  return {
    name: card.name,
    multiprocessors: known.multiprocessors,
    floatLanes: known.floatLanes,
    clock: card.clock,
  };
}
