import type { FusedText } from "./body-text.js";

/** What modules of lanes do to tensors beside programs. Addresses and numbers of vectors; shares are rounded to single precision. */
export interface CommonExports {
  clear(to: number, count: number): void;
  restart(weight: number, moved: number, start: number, count: number): void;
  descend(weight: number, moved: number, start: number, along: number, count: number, share: number): void;
  add(to: number, value: number, count: number, share: number): void;
  scale(to: number, value: number, count: number, share: number): void;
  distance(to: number, one: number, other: number, count: number): void;
  /**
   * Turns four rows into entries of four lanes, so many at a time as a vector has lanes; rows lie behind one another, of bytes or of numbers of
   * single precision. @param apart bytes between two rows. @param count entries, a multiple of four.
   */
  turnBytes(rows: number, apart: number, to: number, count: number): void;
  turnSingles(rows: number, apart: number, to: number, count: number): void;
  /** What is 0 in the lanes of which all numbers are finite is put to an address. */
  spread(values: number, count: number, to: number): void;
}

/** Their text. */
export function commonText(fusedText: FusedText): string {
  const at = (pointer: string) => `(v128.load (local.get ${pointer}))`;
  const put = (pointer: string, value: string) => `(v128.store (local.get ${pointer}) ${value})`;
  const share = "(f32x4.splat (local.get $share))";
  const start = "(v128.load32_splat (local.get $start))";
  const make = (
    name: string,
    pointers: readonly (readonly [name: string, bytes: number])[],
    body: readonly string[],
    options: { readonly hasShare?: boolean; readonly more?: string; readonly after?: string } = {},
  ) => {
    const { hasShare = false, more = "", after = "" } = options;
    const parameters = [...pointers.map(([pointer]) => pointer), "$count"].map((one) => `(param ${one} i32)`);
    const steps = pointers.map(
      ([pointer, bytes]) => `(local.set ${pointer} (i32.add (local.get ${pointer}) (i32.const ${bytes})))`,
    );
    return `(func (export "${name}") ${parameters.join(" ")} ${hasShare ? "(param $share f32)" : ""} ${more}
(block $end (loop $next (br_if $end (i32.eqz (local.get $count)))
${[...body, ...steps].join("\n")}
(local.set $count (i32.sub (local.get $count) (i32.const 1))) (br $next)))
${after})`;
  };
  const weight = [
    ["$weight", 16],
    ["$moved", 16],
    ["$start", 4],
  ] as const;
  return [
    make("clear", [["$to", 16]], [put("$to", "(v128.const i32x4 0 0 0 0)")]),
    make("restart", weight, [put("$moved", "(v128.const i32x4 0 0 0 0)"), put("$weight", start)]),
    make(
      "descend",
      [...weight, ["$along", 16]],
      [
        put("$moved", fusedText("fused", share, at("$along"), at("$moved"))),
        put("$weight", `(f32x4.add ${start} ${at("$moved")})`),
      ],
      { hasShare: true },
    ),
    make(
      "add",
      [
        ["$to", 16],
        ["$value", 16],
      ],
      [put("$to", fusedText("fused", share, at("$value"), at("$to")))],
      { hasShare: true },
    ),
    make(
      "scale",
      [
        ["$to", 16],
        ["$value", 16],
      ],
      [put("$to", `(f32x4.mul ${share} ${at("$value")})`)],
      { hasShare: true },
    ),
    make(
      "distance",
      [
        ["$to", 16],
        ["$one", 16],
        ["$other", 16],
      ],
      [put("$to", `(f32x4.sub ${at("$one")} ${at("$other")})`)],
    ),
    turnText(
      "turnBytes",
      4,
      (row) =>
        `(f32x4.convert_i32x4_u (i32x4.extend_low_i16x8_u (i16x8.extend_low_i8x16_u (v128.load32_zero ${row}))))`,
    ),
    turnText("turnSingles", 16, (row) => `(v128.load ${row})`),
    `(func (export "spread") (param $values i32) (param $count i32) (param $to i32) (local $sum v128)
(block $end (loop $next (br_if $end (i32.eqz (local.get $count)))
(local.set $sum (f32x4.add (local.get $sum) (f32x4.sub ${at("$values")} ${at("$values")})))
(local.set $values (i32.add (local.get $values) (i32.const 16)))
(local.set $count (i32.sub (local.get $count) (i32.const 1))) (br $next)))
${put("$to", "(local.get $sum)")})`,
  ].join("\n");
}

/** @param bytes that four entries of a row take. @param load the text that loads four entries of a row as numbers. */
function turnText(name: string, bytes: number, load: (row: string) => string): string {
  const local = (of: string) => `(local.get ${of})`;
  /** Of two vectors the lanes with these numbers, those of the second from 4 on. */
  const lanes = (one: string, other: string, ...places: readonly number[]) =>
    `(i8x16.shuffle ${places.flatMap((place) => [0, 1, 2, 3].map((byte) => 4 * place + byte)).join(" ")} ${local(one)} ${local(other)})`;
  const set = (to: string, value: string) => `(local.set ${to} ${value})`;
  const row = (number: number) =>
    number === 0
      ? local("$rows")
      : `(i32.add ${local("$rows")} (i32.mul ${local("$apart")} (i32.const ${number})))`;
  const put = (entry: number, value: string) => `(v128.store offset=${16 * entry} ${local("$to")} ${value})`;
  return `(func (export "${name}") (param $rows i32) (param $apart i32) (param $to i32) (param $count i32)
${["$a", "$b", "$c", "$d", "$e", "$f", "$g", "$h"].map((one) => `(local ${one} v128)`).join(" ")}
(block $end (loop $next (br_if $end (i32.eqz ${local("$count")}))
${["$a", "$b", "$c", "$d"].map((one, number) => set(one, load(row(number)))).join("\n")}
${set("$e", lanes("$a", "$b", 0, 4, 1, 5))}
${set("$f", lanes("$a", "$b", 2, 6, 3, 7))}
${set("$g", lanes("$c", "$d", 0, 4, 1, 5))}
${set("$h", lanes("$c", "$d", 2, 6, 3, 7))}
${put(0, lanes("$e", "$g", 0, 1, 4, 5))}
${put(1, lanes("$e", "$g", 2, 3, 6, 7))}
${put(2, lanes("$f", "$h", 0, 1, 4, 5))}
${put(3, lanes("$f", "$h", 2, 3, 6, 7))}
(local.set $rows (i32.add ${local("$rows")} (i32.const ${bytes})))
(local.set $to (i32.add ${local("$to")} (i32.const 64)))
(local.set $count (i32.sub ${local("$count")} (i32.const 4))) (br $next))))`;
}
