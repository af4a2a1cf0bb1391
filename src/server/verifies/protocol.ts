import type { TextRange } from "../../preview/index.js";
import type { VerifyAmendment } from "../../runs/index.js";

export type { VerifyAmendment };

/** Methods of the language server about verifications; all take one object of parameters. */
export const verifiesMethods = {
  /** A request: which `verify` blocks are where. Takes `VerifiesParameters`, answered with `VerifiesAnswer`. */
  list: "diag/verifies",
  /** A request: edits with which a `verify` block says something else. Takes `AmendParameters`, answered with `EditAnswer`. */
  amend: "diag/amendVerify",
  /** A notification by the server, once it was asked: the blocks of a file may have changed, or are gone. */
  changed: "diag/verifiesChanged",
} as const;

export interface VerifiesParameters {
  /** One file only; absent: all files that the server knows, open or not. */
  readonly uri?: string;
  /** With no `uri`: the disk is looked at before, for what an editor's watcher has missed. */
  readonly anew?: boolean;
}

export interface AmendParameters {
  readonly uri: string;
  /** The name of a block that the file itself declares. */
  readonly verify: string;
  readonly amendment: VerifyAmendment;
}

/** Files without `verify` blocks of their own are left out. */
export type VerifiesAnswer = readonly FileVerifies[];

/** The parameters of the notification. */
export interface VerifiesChange {
  readonly uri: string;
}

/** The `verify` blocks that a file itself declares, in the order of the text. */
export interface FileVerifies {
  readonly uri: string;
  readonly verifies: readonly ListedVerify[];
  /** Addresses of the other files that these blocks are made of: imports, and tables of data. */
  readonly sources: readonly string[];
}

export interface ListedVerify {
  readonly name: string;
  /** From the keyword to the closing brace. */
  readonly range: TextRange;
  readonly nameRange: TextRange;
  /** Each value once, in the order of the text; none while the block's syntax is broken. */
  readonly etas: readonly ListedEta[];
  /** Why the block cannot be verified, in one line. */
  readonly error?: string;
}

/** A learning rate: its value, and the expression as it is written. */
export interface ListedEta {
  readonly value: number;
  readonly text: string;
  readonly range: TextRange;
}
