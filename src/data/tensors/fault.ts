import { UnreadableFile } from "../../files/index.js";
import { printableLine } from "../../printable/index.js";

/** What is wrong with the bytes of a file, as those who know bytes and no files say it. */
export class Fault extends Error {
  override readonly name = "Fault";

  /**
   * @param message in one line: what is wrong, and what to do.
   * @param offset of the byte from the beginning, of what is unpacked where the file is packed.
   */
  constructor(
    message: string,
    readonly offset?: number,
  ) {
    super(message);
  }
}

/** A file of data that is not what it should be. The message is the words behind its name, in one line: `byte 4: …`. */
export class UnreadableData extends UnreadableFile {
  constructor(
    /** The path, as it was given. */
    readonly file: string,
    message: string,
    /** Of the byte that is wrong, of what is unpacked where the file is packed. */
    readonly offset?: number,
    code?: string,
  ) {
    super(printableLine(message), code);
  }
}

/** Words of a file as a message quotes them, cut short. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 37)}...` : text);
}

/** Bytes as a message quotes them: `00 00 08 03`. */
export function hexadecimal(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
}
