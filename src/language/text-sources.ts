import type { URI } from "langium";
import type { DataText } from "./semantics/landscape.js";

/**
 * Texts of files that are no documents of the language (tables of data), and why files could not be read.
 * Whoever may read files puts them here before documents are checked.
 */
export class TextSources {
  private readonly texts = new Map<string, DataText>();

  set(uri: URI, text: DataText): void {
    this.texts.set(uri.toString(), text);
  }

  delete(uri: URI): void {
    this.texts.delete(uri.toString());
  }

  clear(): void {
    this.texts.clear();
  }

  /** The addresses of all. */
  addresses(): string[] {
    return [...this.texts.keys()];
  }

  has(uri: URI): boolean {
    return this.texts.has(uri.toString());
  }

  get(uri: URI): DataText {
    return this.texts.get(uri.toString()) ?? { problem: "there is no such file" };
  }
}
