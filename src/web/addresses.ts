/**
 * What stands for what between the editor and workers: to these a file of the workspace is one of a disk, at the path that it has in the
 * workspace's own file system, whatever that is (`vscode-vfs`, `vscode-remote`). Other addresses, `untitled:` for one, are themselves.
 */
export interface AddressBook {
  /** An address of the editor's as workers know it. */
  toWorker(address: string): string;
  /** The inverse. */
  toEditor(address: string): string;
}

const disk = "file://";

/** @param home the address of the root of the workspace's file system, which ends in a slash; absent where there is no workspace. */
export function addressBook(home: string | undefined): AddressBook {
  const root = home?.replace(/\/$/, "");
  if (root === undefined || root === disk) {
    return { toWorker: (address) => address, toEditor: (address) => address };
  }
  return {
    toWorker: (address) =>
      address.startsWith(`${root}/`) ? `${disk}${address.slice(root.length)}` : address,
    toEditor: (address) =>
      address.startsWith(`${disk}/`) ? `${root}${address.slice(disk.length)}` : address,
  };
}

/** Longer than any address. */
const longestAddress = 40_000;

/**
 * A message with each address in it translated: as a value, or as a name, which is how edits of several files are sent. What has spaces is a text.
 */
export function translated<Value>(message: Value, translate: (address: string) => string): Value {
  const one = (value: unknown): unknown => {
    if (typeof value === "string") {
      return value.length < longestAddress && !/\s/.test(value) ? translate(value) : value;
    }
    if (Array.isArray(value)) {
      return value.map(one);
    }
    if (typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype) {
      return Object.fromEntries(Object.entries(value).map(([name, item]) => [translate(name), one(item)]));
    }
    return value;
  };
  return one(message) as Value;
}
