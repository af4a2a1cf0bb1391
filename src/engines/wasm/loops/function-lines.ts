import type { Source, Target } from "../../../loops/index.js";
import { type FusedText, vectorAt } from "./body-text.js";
import { type MemoryImage, vectorBytes } from "./memory-image.js";
import { type AddressText, walkText } from "./walk-text.js";

/** The statements of a function of WebAssembly's text, and its locals. */
export class FunctionLines {
  protected readonly lines: string[] = [];
  private readonly vectors = new Set<string>();
  private readonly integers = new Set<string>();

  /** @param addresses of each buffer. */
  constructor(
    protected readonly addresses: readonly number[],
    protected readonly image: MemoryImage,
    protected readonly fusedText: FusedText,
  ) {}

  /** The function, of no arguments. */
  protected finished(name: string): string {
    const locals = [
      ...[...this.integers].map((local) => `(local ${local} i32)`),
      ...[...this.vectors].map((local) => `(local ${local} v128)`),
    ];
    return `(func $${name} (export "${name}")\n${locals.join(" ")}\n${this.lines.join("\n")})`;
  }

  protected addVectors(locals: readonly string[]): void {
    for (const local of locals) {
      this.vectors.add(local);
    }
  }

  /** Counts a local from 0 in steps; `count` is a multiple of these. */
  protected loop(i: string, count: number, step: number, body: () => void, first = 0): void {
    this.integers.add(i);
    const label = `$loop${this.lines.length}`;
    this.lines.push(`(local.set ${i} (i32.const ${first}))`);
    const isOnce = count === step;
    if (!isOnce) {
      this.lines.push(`(loop ${label}`);
    }
    body();
    if (!isOnce) {
      this.lines.push(
        `(br_if ${label} (i32.lt_u (local.tee ${i} (i32.add (local.get ${i}) (i32.const ${step}))) (i32.const ${first + count}))))`,
      );
    }
  }

  protected entry(
    buffer: number,
    i: string,
    walk: Source["walk"] = { kind: "even", first: 0, step: 1 },
    behind = 0,
  ): AddressText {
    return walkText(walk, this.addresses[buffer]!, i, this.image, behind);
  }

  protected set(local: string, value: string): void {
    this.vectors.add(local);
    this.lines.push(`(local.set ${local} ${value})`);
  }

  protected setInteger(local: string, value: string): void {
    this.integers.add(local);
    this.lines.push(`(local.set ${local} ${value})`);
  }

  /** Has a value go where it is to go. @param at how far in entries from the buffer's first, as a run-time index and a known one. */
  protected put(target: Target, entry: string, known: number, value: string): void {
    const place = (buffer: number): AddressText => ({
      index: `(i32.shl (local.get ${entry}) (i32.const 4))`,
      offset: this.addresses[buffer]! + known * vectorBytes,
    });
    switch (target.kind) {
      case "store":
        this.lines.push(storeText(place(target.buffer), value));
        return;
      case "add": {
        const at = place(target.buffer);
        this.lines.push(storeText(at, this.added(loadText(at), value, target.factor)));
        return;
      }
      case "descend": {
        const at = place(target.moved);
        this.set("$moved", this.added(loadText(at), value, target.factor));
        this.lines.push(storeText(at, "(local.get $moved)"));
        const start = `(v128.load32_splat offset=${target.start + known * 4} (i32.shl (local.get ${entry}) (i32.const 2)))`;
        this.lines.push(storeText(place(target.weight), `(f32x4.add ${start} (local.get $moved))`));
      }
    }
  }

  protected added(to: string, value: string, factor: number): string {
    return factor === 1
      ? `(f32x4.add ${to} ${value})`
      : this.fusedText("fused", vectorAt(this.image.constant(Math.fround(factor))), value, to);
  }
}

export const zero = "(v128.const i32x4 0 0 0 0)";

export function loadText({ index, offset }: AddressText): string {
  return `(v128.load offset=${offset} ${index})`;
}

export function storeText({ index, offset }: AddressText, value: string): string {
  return `(v128.store offset=${offset} ${index} ${value})`;
}
