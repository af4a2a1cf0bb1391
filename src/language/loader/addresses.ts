import { OneName } from "./disk.js";

/** The path on the disk that an address stands for; `undefined` for one that is of no disk. */
export function pathOnDisk(address: string): string | undefined {
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    return undefined;
  }
  // A file that is still to be made is known by the path that it will have.
  const isPath = url.protocol === "file:" || (url.protocol === "untitled:" && url.pathname.startsWith("/"));
  if (!isPath) {
    return undefined;
  }
  try {
    const path = decodeURIComponent(url.pathname);
    return url.host === "" ? path.replace(/^\/(?=[A-Za-z]:)/, "") : `//${url.host}${path}`;
  } catch {
    return undefined;
  }
}

/** A text that an editor has open, saved or not. */
export interface OpenText {
  /** Its address, as the editor writes it. */
  readonly uri: string;
  readonly text: string;
}

/** The texts that an editor has open, as they are at any moment. */
export interface OpenTexts {
  /** The text at exactly this address. */
  get(uri: string): string | undefined;
  /** The addresses of all. */
  uris(): readonly string[];
}

export function openTextsOf(texts: readonly OpenText[]): OpenTexts {
  const known = new Map(texts.map(({ uri, text }) => [uri, text]));
  return { get: (uri) => known.get(uri), uris: () => [...known.keys()] };
}

/**
 * Which addresses are of one file. What is no file of a disk has no other address than its own. Names are looked up
 * once, until they are forgotten.
 */
export class Addresses {
  private readonly names = new Map<string, string>();
  private readonly byName = new Map<string, Set<string>>();

  constructor(private readonly oneName: Pick<OneName, "of" | "forget"> = new OneName()) {}

  /** The name that all addresses of a file share. */
  async nameOf(address: string): Promise<string> {
    const known = this.names.get(address);
    if (known !== undefined) {
      return known;
    }
    const name = await this.findName(address);
    this.forgetOne(address);
    this.names.set(address, name);
    const same = this.byName.get(name) ?? new Set();
    this.byName.set(name, same.add(address));
    return name;
  }

  /** Whether an address was looked up. */
  knows(address: string): boolean {
    return this.names.has(address);
  }

  /** The other addresses, of those that were looked up, of the same file. */
  othersOf(address: string): string[] {
    const name = this.names.get(address);
    const same = name === undefined ? undefined : this.byName.get(name);
    return same === undefined || same.size < 2 ? [] : [...same].filter((other) => other !== address);
  }

  /** As {@link othersOf}, for an address that need not be remembered. */
  async knownFor(address: string): Promise<string[]> {
    const name = this.names.get(address) ?? (await this.findName(address));
    return [...(this.byName.get(name) ?? [])].filter((other) => other !== address);
  }

  /** Something happened on the disk at these addresses: links there, and all that is below, may lead elsewhere. */
  async changed(addresses: readonly string[]): Promise<void> {
    this.oneName.forget();
    const places = new Set(addresses);
    const touched = [...this.names.keys()].filter((one) => isAtOrBelow(one, places));
    for (const one of touched) {
      this.forgetOne(one);
    }
    for (const one of touched) {
      await this.nameOf(one);
    }
  }

  private async findName(address: string): Promise<string> {
    const path = pathOnDisk(address);
    return path === undefined ? address : this.oneName.of(path);
  }

  private forgetOne(address: string): void {
    const name = this.names.get(address);
    if (name === undefined) {
      return;
    }
    this.names.delete(address);
    const same = this.byName.get(name);
    same?.delete(address);
    if (same?.size === 0) {
      this.byName.delete(name);
    }
  }
}

function isAtOrBelow(address: string, places: ReadonlySet<string>): boolean {
  for (let end = address.length; end > 0; end = address.lastIndexOf("/", end - 1)) {
    if (places.has(address.slice(0, end))) {
      return true;
    }
  }
  return false;
}

/**
 * The address of the open text that stands for a file which is not open under the address asked for: an editor may know
 * it by another. One that is a file of the disk goes before one that is still to be made, and this counts only for
 * files that are not there.
 */
export async function openAs(
  address: string,
  texts: OpenTexts,
  addresses: Addresses,
): Promise<{ readonly uri: string; readonly isMade: boolean } | undefined> {
  if (pathOnDisk(address) === undefined) {
    return undefined;
  }
  const open = texts.uris();
  if (open.length === 0) {
    return undefined;
  }
  await Promise.all(
    [address, ...open].filter((uri) => !addresses.knows(uri)).map((uri) => addresses.nameOf(uri)),
  );
  const same = addresses
    .othersOf(address)
    .filter((other) => open.includes(other))
    .sort();
  const uri = same.find((one) => one.startsWith("file:")) ?? same[0];
  return uri === undefined ? undefined : { uri, isMade: uri.startsWith("file:") };
}
