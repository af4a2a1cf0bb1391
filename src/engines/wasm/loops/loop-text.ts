import {
  classesOf,
  type EachEntry,
  type Loop,
  type ProductFactor,
  type ProductTarget,
  type Source,
} from "../../../loops/index.js";
import { blockOf, partsOf, scatterBlockOf } from "./blocks.js";
import { bodyText, vectorAt } from "./body-text.js";
import { FunctionLines, loadText, storeText, zero } from "./function-lines.js";
import { vectorBytes } from "./memory-image.js";
import { type AddressText, distanceText, goesBack, sumText, wrapped } from "./walk-text.js";

/** Registers of vectors that WebAssembly's compilers use for what a program has. */
const registers = 15;

/** Sums that are worked out side by side. */
const sumsAbreast = 8;

/** Writes the loops of a program as a function of WebAssembly's text. */
export class LoopText extends FunctionLines {
  /** The function, of no arguments. */
  functionText(name: string, loops: readonly Loop[]): string {
    for (const loop of loops) {
      this.write(loop);
    }
    return this.finished(name);
  }

  private write(loop: Loop): void {
    switch (loop.kind) {
      case "entrywise":
        this.entrywise(loop);
        break;
      case "product":
        this.product(loop);
        break;
      case "transposed":
        this.transposed(loop);
        break;
      case "sum":
        this.sum(loop);
        break;
      case "gatherSum":
        this.gatherSum(loop);
        break;
      case "clear":
        this.loop("$i", loop.count, 1, () => {
          this.lines.push(storeText(this.entry(loop.buffer, "$i"), zero));
        });
        break;
      case "largest":
        this.largest(loop);
        break;
      case "oneHot":
        this.oneHot(loop);
        break;
    }
  }

  private entrywise(loop: Extract<Loop, { kind: "entrywise" }>): void {
    this.loop("$i", loop.count, 1, () => this.each(loop, "$i", 0));
  }

  /** What is done with an entry. @param made what it is, of a buffer whose entries are done so with as they are made. */
  private each(
    { of, sources, body, outputs }: Omit<EachEntry, "of"> & Partial<EachEntry>,
    i: string,
    behind: number,
    made = "",
  ): void {
    const loads = sources.map(({ buffer, walk }) =>
      buffer === of ? made : loadText(this.entry(buffer, i, walk, behind)),
    );
    const { statements, values, locals } = bodyText(body, loads, this.image, "$t", this.fusedText);
    this.addVectors(locals);
    this.lines.push(...statements);
    for (const { value, target } of outputs) {
      this.put(target, i, behind, values[value]!);
    }
  }

  private product(loop: Extract<Loop, { kind: "product" }>): void {
    const { rows, columns, target } = loop;
    const block = target.kind === "scatter" ? scatterBlockOf(registers) : blockOf(rows, columns, registers);
    for (const down of partsOf(rows, Math.min(block.rows, rows))) {
      this.loop(
        "$row",
        down.count,
        down.size,
        () => {
          const a = this.outer(loop.a, "$row", down.size, loop.inner, "$a");
          const all = partsOf(columns, Math.min(block.columns, columns));
          // What falls together is added in the order of the rows if columns go down.
          for (const along of target.kind === "scatter" ? all.toReversed() : all) {
            const body = () => {
              const b = this.outer(loop.b, "$column", along.size, loop.inner, "$b");
              this.block(loop, a, b, down.size, along.size);
            };
            if (target.kind === "scatter") {
              this.loop("$down", along.count, along.size, () => {
                const last = along.first + along.count - along.size;
                this.setInteger("$column", `(i32.sub (i32.const ${last}) (local.get $down))`);
                body();
              });
            } else {
              this.loop("$column", along.count, along.size, body, along.first);
            }
          }
        },
        down.first,
      );
    }
  }

  /** What is known of the entries of some rows before the inner index is: of so many, or of those so far behind one. */
  private outer(
    factor: ProductFactor,
    i: string,
    behind: number | readonly number[],
    inner: number,
    prefix: string,
  ): readonly ((k: string) => AddressText)[] {
    const base = this.addresses[factor.buffer]!;
    const places = typeof behind === "number" ? Array.from({ length: behind }, (_, place) => place) : behind;
    return places.map((place, index) => {
      if (factor.kind === "table") {
        const hasZeros = factor.entries.some((entry) => entry < 0);
        const table = this.image.table(
          factor.entries.map((entry) => (entry < 0 ? 0 : (hasZeros ? base : 0) + entry * vectorBytes)),
        );
        this.setInteger(
          `${prefix}${place}`,
          `(i32.mul (i32.add (local.get ${i}) (i32.const ${place})) (i32.const ${4 * inner}))`,
        );
        return (k: string): AddressText => ({
          index: `(i32.load offset=${table} ${sumText(`(local.get ${prefix}${place})`, `(i32.shl (local.get ${k}) (i32.const 2))`)})`,
          offset: hasZeros ? 0 : base,
        });
      }
      const { outer, inner: along } = factor;
      let known = base;
      let local = `${prefix}0`;
      if (outer.kind === "even") {
        // Rows at even distances share an address.
        known += (outer.first + place * outer.step) * vectorBytes;
        if (index === 0) {
          this.setInteger(local, distanceText({ ...outer, first: 0 }, i, this.image).index);
        }
      } else {
        local = `${prefix}${place}`;
        const table = this.image.table(outer.entries.map((entry) => entry * vectorBytes));
        this.setInteger(
          local,
          `(i32.load offset=${table + 4 * place} (i32.shl (local.get ${i}) (i32.const 2)))`,
        );
      }
      const address = { index: sumText(`(local.get ${local})`, `(local.get ${prefix}k)`), offset: known };
      const found = goesBack(outer) || goesBack(along) ? wrapped(address) : address;
      return () => found;
    });
  }

  private block(
    { a: left, b: right, inner, columns, target, first, each }: Extract<Loop, { kind: "product" }>,
    a: readonly ((k: string) => AddressText)[],
    b: readonly ((k: string) => AddressText)[],
    rows: number,
    width: number,
  ): void {
    const sum = (row: number, column: number) => `$s${row}_${column}`;
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < width; column++) {
        this.set(sum(row, column), zero);
      }
    }
    const step = (k: string) => {
      this.along(left, right, k);
      // What there is less of stays in registers.
      const [kept, passing] = rows <= width ? [a, b] : [b, a];
      kept.forEach((address, place) => {
        this.set(`$kept${place}`, loadText(address(k)));
      });
      passing.forEach((address, place) => {
        this.set("$passing", loadText(address(k)));
        kept.forEach((_, other) => {
          const name = rows <= width ? sum(other, place) : sum(place, other);
          this.addProduct(name, `$kept${other}`, "$passing");
        });
      });
    };
    this.sumOver(inner, step);
    if (each === undefined) {
      this.keep(target, columns, first, rows, width, sum);
      return;
    }
    this.setOutput(columns);
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < width; column++) {
        this.each(each, "$o", first + row * columns + column, `(local.get ${sum(row, column)})`);
      }
    }
  }

  /** How far the inner index has gone in both factors. */
  private along(left: ProductFactor, right: ProductFactor, k: string): void {
    for (const [factor, prefix] of [
      [left, "$a"],
      [right, "$b"],
    ] as const) {
      if (factor.kind === "sum") {
        this.setInteger(`${prefix}k`, distanceText(factor.inner, k, this.image).index);
      }
    }
  }

  /** Two steps a turn: counting takes as long as a part of one. */
  private sumOver(inner: number, step: (k: string) => void): void {
    const twice = inner - (inner % 2);
    if (twice > 0) {
      this.loop("$k", twice, 2, () => {
        step("$k");
        this.setInteger("$next", "(i32.add (local.get $k) (i32.const 1))");
        step("$next");
      });
    }
    if (twice < inner) {
      this.loop("$k", 1, 1, () => step("$k"), twice);
    }
  }

  private addProduct(sum: string, one: string, other: string): void {
    this.set(
      sum,
      this.fusedText("fused", `(local.get ${one})`, `(local.get ${other})`, `(local.get ${sum})`),
    );
  }

  /** Rows of sums, some entries of them at a time, whose factors stay in the nearest cache while all rows are gone through. */
  private transposed(loop: Extract<Loop, { kind: "transposed" }>): void {
    const { positions, step, width, inner, buffer } = loop;
    const [starts, rows, columns] = [loop.starts.map((start) => 4 * start), loop.rows, loop.columns].map(
      (numbers) => this.image.table(numbers),
    );
    const all = classesOf(loop);
    const sum = (index: number, place: number) => `$s${index}_${place}`;
    const places = ({ taps }: { readonly taps: number }) =>
      Array.from({ length: positions + taps - 1 }, (_, place) => place);
    for (const group of all.every(({ count }) => count === all[0]!.count) ? [all] : all.map((one) => [one])) {
      this.loop("$first", group[0]!.count, 1, () => {
        this.loop("$line", loop.starts.length - 1, 1, () => {
          group.forEach((one, index) => {
            for (const place of places(one)) {
              this.set(sum(index, place), zero);
            }
          });
          const line = "(i32.shl (local.get $line) (i32.const 2))";
          this.setInteger("$from", `(i32.load offset=${starts} ${line})`);
          const label = `$loop${this.lines.length}`;
          this.lines.push(`(loop ${label}`);
          this.setInteger("$row", `(i32.load offset=${rows} (local.get $from))`);
          this.setInteger(
            "$column",
            `(i32.add (i32.load offset=${columns} (local.get $from)) (local.get $first))`,
          );
          const a = this.outer(loop.a, "$row", positions, inner, "$a");
          const behind = group.flatMap((one) =>
            Array.from({ length: one.taps }, (_, tap) => one.first + tap * step),
          );
          const b = this.outer(loop.b, "$column", behind, inner, "$b");
          this.sumOver(inner, (k) => {
            this.along(loop.a, loop.b, k);
            let next = 0;
            group.forEach(({ taps }, index) => {
              for (let tap = 0; tap < taps; tap++) {
                this.set(`$kept${tap}`, loadText(b[next++]!(k)));
              }
              a.forEach((address, position) => {
                this.set("$passing", loadText(address(k)));
                for (let tap = 0; tap < taps; tap++) {
                  this.addProduct(sum(index, position + tap), `$kept${tap}`, "$passing");
                }
              });
            });
          });
          const more = "(local.tee $from (i32.add (local.get $from) (i32.const 4)))";
          this.lines.push(`(br_if ${label} (i32.lt_u ${more} (i32.load offset=${starts + 4} ${line}))))`);
          const span = step * (positions - 1) + width;
          this.setInteger(
            "$o",
            `(i32.add (i32.mul (local.get $line) (i32.const ${span})) (local.get $first))`,
          );
          group.forEach((one, index) => {
            for (const place of places(one)) {
              const [at, value] = [one.first + place * step, `(local.get ${sum(index, place)})`];
              if (loop.each === undefined) {
                this.put({ kind: "store", buffer }, "$o", at, value);
              } else {
                this.each(loop.each, "$o", at, value);
              }
            }
          });
        });
      });
    }
  }

  private setOutput(columns: number): void {
    this.setInteger("$o", `(i32.add (i32.mul (local.get $row) (i32.const ${columns})) (local.get $column))`);
  }

  private keep(
    target: ProductTarget,
    columns: number,
    first: number,
    rows: number,
    width: number,
    sum: (row: number, column: number) => string,
  ): void {
    if (target.kind !== "scatter") {
      this.setOutput(columns);
    }
    for (let row = 0; row < rows; row++) {
      if (target.kind === "scatter") {
        this.setInteger("$o", this.distance(target.rows, "$row", row));
      }
      for (let column = 0; column < width; column++) {
        const value = `(local.get ${sum(row, column)})`;
        if (target.kind === "scatter") {
          const at = {
            index: sumText("(local.get $o)", this.distance(target.columns, "$column", column)),
            offset: this.addresses[target.buffer]!,
          };
          this.setInteger("$to", at.index);
          const place = { index: "(local.get $to)", offset: at.offset };
          this.lines.push(storeText(place, `(f32x4.add ${loadText(place)} ${value})`));
        } else {
          this.put(target, "$o", first + row * columns + column, value);
        }
      }
    }
  }

  /** How far a walk has gone, in bytes, some places behind an index. */
  private distance(walk: Source["walk"], i: string, behind: number): string {
    if (walk.kind === "even") {
      const known = (walk.first + behind * walk.step) * vectorBytes;
      return sumText(distanceText({ ...walk, first: 0 }, i, this.image).index, `(i32.const ${known})`);
    }
    const table = this.image.table(walk.entries.map((entry) => entry * vectorBytes));
    return `(i32.load offset=${table + 4 * behind} (i32.shl (local.get ${i}) (i32.const 2)))`;
  }

  private sum({ outer, length, inner, buffer, target }: Extract<Loop, { kind: "sum" }>): void {
    const base = this.addresses[buffer]!;
    const [count, apart] = inner === 1 ? [outer, length] : [inner, 1];
    const size = Math.min(sumsAbreast, count);
    const part = (first: number, many: number, abreast: number) => {
      if (many === 0) {
        return;
      }
      this.loop(
        "$column",
        many,
        abreast,
        () => {
          for (let place = 0; place < abreast; place++) {
            this.set(`$s${place}`, zero);
          }
          this.setInteger(
            "$from",
            `(i32.mul ${inner === 1 ? "(local.get $column)" : `(i32.add (i32.mul (local.get $row) (i32.const ${length * inner})) (local.get $column))`} (i32.const ${apart * vectorBytes}))`,
          );
          this.loop("$k", length, 1, () => {
            for (let place = 0; place < abreast; place++) {
              const value = loadText({
                index: "(local.get $from)",
                offset: base + place * apart * vectorBytes,
              });
              this.set(`$s${place}`, `(f32x4.add (local.get $s${place}) ${value})`);
            }
            this.setInteger("$from", `(i32.add (local.get $from) (i32.const ${inner * vectorBytes}))`);
          });
          this.setInteger(
            "$o",
            inner === 1
              ? "(local.get $column)"
              : `(i32.add (i32.mul (local.get $row) (i32.const ${inner})) (local.get $column))`,
          );
          for (let place = 0; place < abreast; place++) {
            this.put(target, "$o", place, `(local.get $s${place})`);
          }
        },
        first,
      );
    };
    const all = () => {
      part(0, count - (count % size), size);
      part(count - (count % size), count % size, count % size);
    };
    if (inner === 1) {
      all();
    } else {
      this.loop("$row", outer, 1, all);
    }
  }

  private gatherSum({ count, buffer, starts, entries, target }: Extract<Loop, { kind: "gatherSum" }>): void {
    const base = this.addresses[buffer]!;
    const [from, places] = [
      this.image.table(starts.map((start) => 4 * start)),
      this.image.table(
        entries.length === 0 ? new Int32Array(1) : entries.map((entry) => base + entry * vectorBytes),
      ),
    ];
    this.loop("$i", count, 1, () => {
      this.set("$s0", zero);
      this.setInteger("$from", `(i32.load offset=${from} (i32.shl (local.get $i) (i32.const 2)))`);
      this.setInteger("$to", `(i32.load offset=${from + 4} (i32.shl (local.get $i) (i32.const 2)))`);
      const label = `$loop${this.lines.length}`;
      this.lines.push(
        `(block ${label}end (loop ${label} (br_if ${label}end (i32.ge_u (local.get $from) (local.get $to)))`,
      );
      this.set(
        "$s0",
        `(f32x4.add (local.get $s0) (v128.load (i32.load offset=${places} (local.get $from))))`,
      );
      this.setInteger("$from", "(i32.add (local.get $from) (i32.const 4))");
      this.lines.push(`(br ${label})))`);
      this.put(target, "$i", 0, "(local.get $s0)");
    });
  }

  private largest({ rows, length, source, out }: Extract<Loop, { kind: "largest" }>): void {
    this.loop("$row", rows, 1, () => {
      this.setInteger("$i", `(i32.mul (local.get $row) (i32.const ${length}))`);
      this.set("$s0", loadText(this.entry(source.buffer, "$i", source.walk)));
      this.loop("$k", length, 1, () => {
        this.set(
          "$s0",
          `(f32x4.pmax (local.get $s0) ${loadText(this.entry(source.buffer, "$i", source.walk))})`,
        );
        this.setInteger("$i", "(i32.add (local.get $i) (i32.const 1))");
      });
      this.lines.push(storeText(this.entry(out, "$row"), "(local.get $s0)"));
    });
  }

  private oneHot({ rows, length, source, out }: Extract<Loop, { kind: "oneHot" }>): void {
    const one = vectorAt(this.image.constant(1));
    this.loop("$row", rows, 1, () => {
      this.set("$s0", loadText(this.entry(source.buffer, "$row", source.walk)));
      this.set("$s1", zero);
      this.setInteger("$i", `(i32.mul (local.get $row) (i32.const ${length}))`);
      this.loop("$k", length, 1, () => {
        this.lines.push(
          storeText(this.entry(out, "$i"), `(v128.and (f32x4.eq (local.get $s0) (local.get $s1)) ${one})`),
        );
        this.set("$s1", `(f32x4.add (local.get $s1) ${one})`);
        this.setInteger("$i", "(i32.add (local.get $i) (i32.const 1))");
      });
    });
  }
}
