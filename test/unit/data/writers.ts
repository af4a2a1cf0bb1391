// Writers of the formats, made for the tests from the descriptions of the formats, byte by byte.

/** How a number is put into bytes: its size, and a function that puts it at a place. */
export interface Element {
  readonly size: number;
  put(view: DataView, at: number, value: number, lowestFirst: boolean): void;
}

/** Kinds of number by NumPy's names. */
export const elements = {
  bool: { size: 1, put: (view, at, value) => view.setUint8(at, value) },
  uint8: { size: 1, put: (view, at, value) => view.setUint8(at, value) },
  int8: { size: 1, put: (view, at, value) => view.setInt8(at, value) },
  uint16: { size: 2, put: (view, at, value, low) => view.setUint16(at, value, low) },
  int16: { size: 2, put: (view, at, value, low) => view.setInt16(at, value, low) },
  uint32: { size: 4, put: (view, at, value, low) => view.setUint32(at, value, low) },
  int32: { size: 4, put: (view, at, value, low) => view.setInt32(at, value, low) },
  uint64: { size: 8, put: (view, at, value, low) => view.setBigUint64(at, BigInt(value), low) },
  int64: { size: 8, put: (view, at, value, low) => view.setBigInt64(at, BigInt(value), low) },
  float16: { size: 2, put: (view, at, value, low) => view.setUint16(at, halfBits(value), low) },
  bfloat16: { size: 2, put: (view, at, value, low) => view.setUint16(at, upperBits(value), low) },
  float32: { size: 4, put: (view, at, value, low) => view.setFloat32(at, value, low) },
  float64: { size: 8, put: (view, at, value, low) => view.setFloat64(at, value, low) },
} as const satisfies Readonly<Record<string, Element>>;

export type ElementName = keyof typeof elements;

/** Binary16 of a number that it holds exactly: by trying all its patterns' meanings. */
function halfBits(value: number): number {
  if (Number.isNaN(value)) {
    return 0x7e00;
  }
  const sign = Object.is(Math.sign(value), -0) || value < 0 ? 0x8000 : 0;
  const size = Math.abs(value);
  if (size === Number.POSITIVE_INFINITY) {
    return sign | 0x7c00;
  }
  if (size < 2 ** -14) {
    return sign | (size * 2 ** 24);
  }
  const power = Math.floor(Math.log2(size));
  return sign | ((power + 15) << 10) | ((size / 2 ** power - 1) * 1024);
}

function upperBits(value: number): number {
  const view = new DataView(new ArrayBuffer(4));
  view.setFloat32(0, value);
  return view.getUint16(0);
}

export function numberBytes(name: ElementName, values: readonly number[], lowestFirst = true): Buffer {
  const { size, put } = elements[name] as Element;
  const bytes = Buffer.alloc(size * values.length);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (const [index, value] of values.entries()) {
    put(view, size * index, value, lowestFirst);
  }
  return bytes;
}

const idxCodes = { uint8: 8, int8: 9, int16: 11, int32: 12, float32: 13, float64: 14 } as const;

export type IdxName = keyof typeof idxCodes;

export function idxBytes(name: IdxName, shape: readonly number[], values: readonly number[]): Buffer {
  return Buffer.concat([
    Buffer.from([0, 0, idxCodes[name], shape.length]),
    numberBytes("uint32", shape, false),
    numberBytes(name, values, false),
  ]);
}

/** A batch of CIFAR-10. @param images row-major with the colour last. */
export function cifarBytes(labels: readonly number[], images: readonly (readonly number[])[]): Buffer {
  return Buffer.concat(
    labels.map((label, row) => {
      const planes = Buffer.alloc(3072);
      for (let y = 0; y < 32; y++) {
        for (let x = 0; x < 32; x++) {
          for (let colour = 0; colour < 3; colour++) {
            planes[colour * 1024 + y * 32 + x] = images[row]![(y * 32 + x) * 3 + colour]!;
          }
        }
      }
      return Buffer.concat([Buffer.from([label]), planes]);
    }),
  );
}

export interface NpyOptions {
  readonly version?: 1 | 2 | 3;
  readonly lowestFirst?: boolean;
  readonly isFortran?: boolean;
}

const npyCodes = {
  bool: "b1",
  uint8: "u1",
  int8: "i1",
  uint16: "u2",
  int16: "i2",
  uint32: "u4",
  int32: "i4",
  uint64: "u8",
  int64: "i8",
  float16: "f2",
  float32: "f4",
  float64: "f8",
} as const;

export type NpyName = keyof typeof npyCodes;
export const npyNames = Object.keys(npyCodes) as NpyName[];

/** An NPY file of an array whose entries are given in row-major order. */
export function npyBytes(
  name: NpyName,
  shape: readonly number[],
  values: readonly number[],
  { version = 1, lowestFirst = true, isFortran = false }: NpyOptions = {},
): Buffer {
  const order = elements[name].size === 1 ? "|" : lowestFirst ? "<" : ">";
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
  const header = `{'descr': '${order}${npyCodes[name]}', 'fortran_order': ${isFortran ? "True" : "False"}, 'shape': ${tuple}, }`;
  const ordered = isFortran ? fortranOrder(shape).map((at) => values[at]!) : values;
  return Buffer.concat([npyHeader(header, version), numberBytes(name, ordered, lowestFirst)]);
}

export function npyHeader(text: string, version = 1, padded = true): Buffer {
  const start = version === 1 ? 10 : 12;
  const room = padded ? 64 - ((start + text.length + 1) % 64) : 0;
  const header = Buffer.from(`${text}${" ".repeat(room)}\n`, "latin1");
  const length = numberBytes(version === 1 ? "uint16" : "uint32", [header.length]);
  return Buffer.concat([Buffer.from("\x93NUMPY", "latin1"), Buffer.from([version, 0]), length, header]);
}

/** For each entry with the first axis fastest, its place in row-major order: by counting. */
function fortranOrder(shape: readonly number[]): number[] {
  if (shape.length === 0) {
    return [0];
  }
  const last = shape.at(-1)!;
  const rest = fortranOrder(shape.slice(0, -1));
  return Array.from({ length: last }, (_, index) => rest.map((place) => place * last + index)).flat();
}

/** A safetensors file; offsets are made one behind the other where none are given. */
export function safetensorsBytes(
  tensors: Readonly<
    Record<string, { dtype: string; shape: readonly number[]; bytes: Buffer; offsets?: readonly number[] }>
  >,
  metadata?: Readonly<Record<string, string>>,
): Buffer {
  let end = 0;
  const header: Record<string, unknown> = metadata === undefined ? {} : { __metadata__: metadata };
  for (const [name, { dtype, shape, bytes, offsets }] of Object.entries(tensors)) {
    header[name] = { dtype, shape, data_offsets: offsets ?? [end, end + bytes.length] };
    end += bytes.length;
  }
  const text = JSON.stringify(header);
  return safetensorsFile(
    text + " ".repeat((8 - (text.length % 8)) % 8),
    Object.values(tensors).map(({ bytes }) => bytes),
  );
}

export function safetensorsFile(header: string, parts: readonly Buffer[]): Buffer {
  const text = Buffer.from(header);
  return Buffer.concat([numberBytes("uint64", [text.length]), text, ...parts]);
}
