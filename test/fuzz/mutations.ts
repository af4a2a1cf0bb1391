import type { Random } from "../language/generated/random.js";

/** Bytes that begin or end something, or count it. */
const tellingBytes = [0, 1, 2, 7, 8, 10, 13, 31, 32, 34, 44, 127, 128, 192, 239, 254, 255];

/** Bytes that were cut, changed, repeated, put in and taken out, a few times, most often where headers are. */
export function mutatedBytes(random: Random, bytes: Uint8Array): Buffer {
  let all: Buffer = Buffer.from(bytes);
  for (let times = 1 + random.upTo(6); times > 0; times--) {
    all = once(random, all);
  }
  return all;
}

function once(random: Random, bytes: Buffer): Buffer {
  const at = random.chance(0.7) ? random.upTo(bytes.length + 1) : random.below(bytes.length + 1);
  const byte = () => (random.chance(0.5) ? random.of(tellingBytes) : random.below(256));
  const other = Buffer.from(bytes);
  switch (random.below(9)) {
    case 0:
      return bytes.subarray(0, at);
    case 1:
      return bytes.subarray(0, Math.max(0, bytes.length - 1 - random.upTo(20)));
    case 2:
      return Buffer.concat([bytes, Buffer.from(random.several(1, 40, byte))]);
    case 3:
      return Buffer.concat([
        bytes.subarray(0, at),
        Buffer.from(random.several(1, 8, byte)),
        bytes.subarray(at),
      ]);
    case 4:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + random.upTo(8))]);
    case 5: {
      const piece = bytes.subarray(at, at + 1 + random.upTo(40));
      return Buffer.concat([
        bytes.subarray(0, at),
        ...new Array<Buffer>(1 + random.upTo(30)).fill(piece),
        bytes.subarray(at),
      ]);
    }
    case 6:
      if (other.length >= 8) {
        const place = Math.min(at, other.length - 8);
        const number = random.of([
          0n,
          1n,
          2n ** 31n - 1n,
          2n ** 32n - 1n,
          2n ** 53n,
          2n ** 63n,
          2n ** 64n - 1n,
        ]);
        random.chance(0.5) ? other.writeBigUInt64LE(number, place) : other.writeBigUInt64BE(number, place);
      }
      return other;
    case 7:
      for (let count = 1 + random.below(4); count > 0 && other.length > 0; count--) {
        other[random.below(other.length)] = byte();
      }
      return other;
    default:
      if (other.length > 0) {
        other[Math.min(at, other.length - 1)] = byte();
      }
      return other;
  }
}

/** Values that no field expects, or that are at the end of what it may hold. */
function strangeValue(random: Random): unknown {
  return random.of<() => unknown>([
    () => null,
    () => undefined,
    () => true,
    () =>
      random.of([
        0,
        -0,
        1,
        -1,
        0.5,
        1e308,
        -1e308,
        5e-324,
        2 ** 31,
        2 ** 32,
        2 ** 53,
        2 ** 53 + 2,
        -(2 ** 53),
      ]),
    () => random.of([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]),
    () =>
      random.of([
        "",
        "x",
        "\0",
        "\u202e",
        "\ud800",
        "../..",
        "/etc/passwd",
        "__proto__",
        "constructor",
        "1",
        "-1",
        "NaN",
      ]),
    () => "x".repeat(random.of([100, 10_000, 200_000])),
    () => [],
    () => ({}),
    () => new Array(random.of([3, 1000])).fill(random.of<unknown>([0, null, "x", []])),
    () => JSON.parse('{"__proto__": {"type": "ready"}, "toString": 1}'),
    () => nested(random.of([10, 1000])),
  ])();
}

function nested(depth: number): unknown {
  let value: unknown = 0;
  for (; depth > 0; depth--) {
    value = depth % 2 === 0 ? [value] : { value };
  }
  return value;
}

/** A value with a few of its parts changed, exchanged, repeated, left out or put in. */
export function mutatedValue(random: Random, value: unknown): unknown {
  let all = structuredClone(value);
  for (let times = 1 + random.upTo(5); times > 0; times--) {
    all = changed(random, all);
  }
  return all;
}

function changed(random: Random, value: unknown): unknown {
  if (typeof value !== "object" || value === null || random.chance(0.05)) {
    return random.chance(0.4) ? near(random, value) : strangeValue(random);
  }
  const keys = Object.keys(value);
  const holder = (Array.isArray(value) ? [...value] : { ...value }) as Record<string, unknown>;
  if (keys.length === 0 || random.chance(0.06)) {
    if (Array.isArray(holder)) {
      holder.push(strangeValue(random));
    } else {
      holder[random.of(["type", "kind", "id", "more", "__proto__x", "length"])] = strangeValue(random);
    }
    return holder;
  }
  const key = random.of(keys);
  const way = random.next();
  if (way < 0.08) {
    if (Array.isArray(holder)) {
      random.chance(0.5) ? holder.splice(Number(key), 1) : holder.splice(Number(key), 0, holder[Number(key)]);
    } else {
      delete holder[key];
    }
  } else if (way < 0.16) {
    holder[key] = (value as Record<string, unknown>)[random.of(keys)];
  } else {
    holder[key] = changed(random, holder[key]);
  }
  return holder;
}

/** A little more or less of the same. */
function near(random: Random, value: unknown): unknown {
  if (typeof value === "number") {
    return random.of([value + 1, value - 1, -value, value / 2, value * 1e6, value + 0.5]);
  }
  if (typeof value === "string") {
    const at = random.below(value.length + 1);
    return random.of([
      value.slice(0, at),
      value + value,
      `${value.slice(0, at)}${random.of(["0", "\n", "é", "{", "-"])}${value.slice(at)}`,
    ]);
  }
  return strangeValue(random);
}

/** A text of JSON that somebody has changed: a value in it, or its characters. */
export function mutatedJson(random: Random, value: unknown): string {
  const text = JSON.stringify(random.chance(0.7) ? mutatedValue(random, value) : value) ?? "";
  return random.chance(0.5) ? text : mutatedText(random, text);
}

const tellingWords = [
  "{",
  "}",
  "[",
  "]",
  '"',
  ",",
  ":",
  "null",
  "1e999",
  "-",
  "\\u0000",
  "\u2028",
  "\0",
  "\n",
  "\r\n",
  "\ufeff",
];

export function mutatedText(random: Random, text: string): string {
  let all = text;
  for (let times = 1 + random.upTo(4); times > 0; times--) {
    const at = random.below(all.length + 1);
    const end = Math.min(all.length, at + random.upTo(40));
    all = random.of([
      () => all.slice(0, at),
      () => all.slice(0, at) + all.slice(end),
      () => all.slice(0, at) + random.of(tellingWords) + all.slice(at),
      () => all.slice(0, at) + all.slice(at, end).repeat(1 + random.upTo(20)) + all.slice(end),
      () => all.slice(0, at) + String.fromCharCode(random.below(0x300)) + all.slice(at + 1),
    ])();
  }
  return all;
}
