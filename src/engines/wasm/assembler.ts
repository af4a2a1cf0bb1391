import type wabt from "wabt";

/** Makes bytes of a module in WebAssembly's text format, at once. */
export type Assembler = (text: string) => Uint8Array<ArrayBuffer>;

/** It takes long to read, which who does not simulate need not wait for. */
let assembler: Promise<Assembler> | undefined;

/** The assembler, once it is read. */
export function loadAssembler(): Promise<Assembler> {
  assembler ??= import("wabt").then(({ default: load }) => load()).then(assemblerOf);
  return assembler;
}

/** A module in WebAssembly's text format as bytes. */
export async function assemble(text: string): Promise<Uint8Array<ArrayBuffer>> {
  return (await loadAssembler())(text);
}

function assemblerOf(tools: Awaited<ReturnType<typeof wabt>>): Assembler {
  return (text) => {
    const parsed = tools.parseWat("kernel.wat", text, { simd: true, relaxed_simd: true });
    try {
      return new Uint8Array(parsed.toBinary({}).buffer);
    } finally {
      parsed.destroy();
    }
  };
}
