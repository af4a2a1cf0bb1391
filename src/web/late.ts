import { askFor } from "./files.js";

/** Loads a large program of ours that is only now and then needed, by the name of its bundle on the desktop, which is the same. */
export async function loadLate(bundle: string): Promise<unknown> {
  const answer = await askFor({ ask: "program", path: bundle });
  if (!("bytes" in answer)) {
    throw new Error(`${bundle} is not there`);
  }
  const address = URL.createObjectURL(
    new Blob([answer.bytes as Uint8Array<ArrayBuffer>], { type: "text/javascript" }),
  );
  try {
    return await import(address);
  } finally {
    URL.revokeObjectURL(address);
  }
}
