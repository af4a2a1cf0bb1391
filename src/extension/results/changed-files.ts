import { createHash } from "node:crypto";
import * as vscode from "vscode";
import { Addresses, openAs } from "../../language/loader/addresses.js";
import { mostHashed, type RunInput, type RunRecord, textOfLarge } from "../../runs/index.js";

interface Known {
  /** Of the open document, or of the file on its disk; either changes with the text. */
  readonly edition: string;
  readonly hash: string;
}

/** Tells whether files are still those that runs were made from. Texts are read and hashed once per edition. */
export class ChangedFiles {
  private readonly known = new Map<string, Known>();
  /** Documents by when they were first met: the versions of one that is opened again begin anew. */
  private readonly met = new WeakMap<vscode.TextDocument, number>();
  /** Of all files that runs were made from, as {@link nameOf} has them. */
  private readonly names = new Set<string>();
  private count = 0;

  /** Whether a file, by its address, may be one that any of the runs was made from; files of data may have any name. */
  mayBeOne(address: string): boolean {
    return this.names.has(nameOf(address));
  }

  /**
   * Whether what was run is another by now: whether the text of the run's file or of another that it was made from, saved or not, is
   * another, or cannot be read any more.
   * @param addresses to be shared by questions of one moment; later, links may lead elsewhere.
   * @param meaningNow what the run would be now, by its digest: where texts are others that mean the same, nothing has changed. It
   * may fail, and then they mean something else.
   */
  async isChanged(
    record: Pick<RunRecord, "uri" | "textHash" | "inputs" | "meaning">,
    addresses = new Addresses(),
    meaningNow?: () => Promise<string | undefined>,
  ): Promise<boolean> {
    if (!(await this.areTextsOthers(record, addresses))) {
      return false;
    }
    const { meaning } = record;
    if (meaning === undefined || meaningNow === undefined) {
      return true;
    }
    return (await meaningNow().catch(() => undefined)) !== meaning;
  }

  private async areTextsOthers(
    { uri, textHash, inputs = [] }: Pick<RunRecord, "uri" | "textHash" | "inputs">,
    addresses: Addresses,
  ): Promise<boolean> {
    const all: readonly RunInput[] = [{ uri, kind: "source", hash: textHash }, ...inputs];
    for (const input of all) {
      this.names.add(nameOf(input.uri));
    }
    for (const input of all) {
      if ((await this.hashOf(input, addresses).catch(() => null)) !== input.hash) {
        return true;
      }
    }
    return false;
  }

  private async hashOf({ uri: address, kind }: RunInput, addresses: Addresses): Promise<string> {
    const document = kind === "source" ? await findOpen(address, addresses) : undefined;
    if (document !== undefined) {
      const number = this.met.get(document) ?? this.count++;
      this.met.set(document, number);
      return this.remembered(`source ${address}`, `document ${number} ${document.version}`, async () =>
        document.getText(),
      );
    }
    const uri = vscode.Uri.parse(address, true);
    const { mtime, size, type } = await vscode.workspace.fs.stat(uri);
    // What is a pipe or a device by now is not the file that there was.
    if ((type & vscode.FileType.File) === 0) {
      throw new Error("it is no regular file");
    }
    return this.remembered(`${kind} ${address}`, `file ${mtime} ${size}`, async () =>
      size > mostHashed ? textOfLarge(size) : withoutMark(await vscode.workspace.fs.readFile(uri)),
    );
  }

  private async remembered(
    key: string,
    edition: string,
    read: () => Promise<string | Uint8Array>,
  ): Promise<string> {
    const known = this.known.get(key);
    if (known?.edition === edition) {
      return known.hash;
    }
    const hash = createHash("sha256")
      .update(await read())
      .digest("hex");
    this.known.set(key, { edition, hash });
    return hash;
  }
}

/** What an address ends in, alike for disks that fold letters: it is enough to leave out nearly all other files. */
function nameOf(address: string): string {
  return address.slice(address.lastIndexOf("/") + 1).toLowerCase();
}

/** A mark of the byte order is no part of a text, for who reads it as for the editor. */
function withoutMark(bytes: Uint8Array): Uint8Array {
  const isMarked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  return isMarked ? bytes.subarray(3) : bytes;
}

/** The open document that stands for an address, by whichever of its addresses: the one that a run would take. */
async function findOpen(address: string, addresses: Addresses): Promise<vscode.TextDocument | undefined> {
  const documents = vscode.workspace.textDocuments;
  const find = (wanted: string) => documents.find(({ uri }) => uri.toString() === wanted);
  const own = find(address);
  if (own !== undefined) {
    return own;
  }
  const sources = documents.filter(({ languageId }) => languageId === "diag");
  const texts = { get: () => undefined, uris: () => sources.map(({ uri }) => uri.toString()) };
  const open = await openAs(address, texts, addresses);
  if (open === undefined) {
    return undefined;
  }
  // One that is still to be made counts for files that are not there.
  const isThere =
    !open.isMade &&
    (await vscode.workspace.fs.stat(vscode.Uri.parse(address, true)).then(
      () => true,
      () => false,
    ));
  return isThere ? undefined : find(open.uri);
}
