import type * as vscode from "vscode";
import { asLabel } from "../../markdown/index.js";
import type { TextRange } from "../../preview/index.js";
import type { FileVerifies, ListedEta, ListedVerify } from "../../server/verifies/protocol.js";

/** A test as it should be listed: a file, a `verify` block of it, or a learning rate of that. */
export interface TestNode {
  /** The same as long as file, block and learning rate are the same. */
  readonly id: string;
  readonly label: string;
  readonly uri: string;
  /** A file's folder, when another file has the same name. */
  readonly description?: string;
  /** Absent for a file. */
  readonly range?: TextRange;
  readonly sortText?: string;
  readonly error?: string;
  /** Of a `verify` block. */
  readonly verify?: { readonly name: string; readonly nameRange: TextRange };
  /** Of a learning rate. */
  readonly eta?: number;
  readonly children: readonly TestNode[];
}

/** Longer numbers give way to the expression that the file has. */
const longestNumber = 12; // characters

/**
 * The tests of some files.
 * @param folderOf a file's folder as it is told to the user.
 */
export function nodesOf(files: readonly FileVerifies[], folderOf: (uri: string) => string): TestNode[] {
  const names = new Map<string, number>();
  for (const { uri } of files) {
    names.set(fileName(uri), (names.get(fileName(uri)) ?? 0) + 1);
  }
  return files.map(({ uri, verifies }) => {
    const label = fileName(uri);
    const counts = new Map<string, number>();
    return {
      id: uri,
      label: asLabel(label),
      uri,
      ...(names.get(label)! > 1 ? { description: asLabel(folderOf(uri)) } : {}),
      children: verifies.map((verify, place) => {
        const count = (counts.get(verify.name) ?? 0) + 1;
        counts.set(verify.name, count);
        // No name has parentheses, so that this is no other block's.
        const id = `${uri}#${verify.name}${count > 1 ? `(${count})` : ""}`;
        return verifyNode(id, uri, verify, place);
      }),
    };
  });
}

function verifyNode(id: string, uri: string, verify: ListedVerify, place: number): TestNode {
  const { name, range, nameRange, etas, error } = verify;
  return {
    id,
    label: name,
    uri,
    range,
    sortText: inOrder(place),
    ...(error === undefined ? {} : { error }),
    verify: { name, nameRange },
    children: etas.map((eta, index) => ({
      id: `${id}#${eta.value}`,
      label: asLabel(etaLabel(eta)),
      uri,
      range: eta.range,
      sortText: inOrder(index),
      eta: eta.value,
      children: [],
    })),
  };
}

function etaLabel({ value, text }: Pick<ListedEta, "value" | "text">): string {
  const number = String(value);
  return `eta = ${number.length > longestNumber && text.length < number.length ? text : number}`;
}

/** A text that sorts as the number does. */
function inOrder(place: number): string {
  return String(place).padStart(6, "0");
}

/** A file's name without its folders; of one that is not saved yet, which is in none, what the editor calls it. */
export function fileName(uri: string): string {
  const name = uri.replace(/^untitled:(?!\/)|^.*\//, "") || uri;
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

/**
 * The folder of a file, as the editor tells the file: by its path in the workspace.
 * @param name of the workspace's folder that the file is in, which has the files at its top.
 */
export function folderInWords(path: string, name?: string): string {
  const end = Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\"));
  return end > 0 ? path.slice(0, end) : end === 0 ? path[0]! : (name ?? "");
}

/** All nodes by their ids. */
export function byId(nodes: readonly TestNode[], found = new Map<string, TestNode>()): Map<string, TestNode> {
  for (const node of nodes) {
    found.set(node.id, node);
    byId(node.children, found);
  }
  return found;
}

/** What makes the editor's things. */
export interface Maker {
  item(node: TestNode): vscode.TestItem;
  range(range: TextRange): vscode.Range;
}

/**
 * Makes items what the nodes say. Items that stay are kept, with their results and what is written beside them;
 * a block with an error keeps the learning rates that it had, since it may be sound again in a moment.
 * @param keepOthers whether items that are in no node stay.
 */
export function patchItems(
  items: vscode.TestItemCollection,
  nodes: readonly TestNode[],
  make: Maker,
  keepOthers = false,
): void {
  const wanted = new Set(nodes.map(({ id }) => id));
  if (!keepOthers) {
    for (const [id] of [...items]) {
      if (!wanted.has(id)) {
        items.delete(id);
      }
    }
  }
  for (const node of nodes) {
    const known = items.get(node.id);
    const item = known ?? make.item(node);
    patchItem(item, node, make);
    patchItems(item.children, node.children, make, node.error !== undefined);
    if (known === undefined) {
      items.add(item);
    }
  }
}

/** Writes what differs only: each write is told to the window. */
function patchItem(item: vscode.TestItem, node: TestNode, make: Maker): void {
  if (item.label !== node.label) {
    item.label = node.label;
  }
  if (item.sortText !== node.sortText) {
    item.sortText = node.sortText;
  }
  if (item.error !== node.error) {
    item.error = node.error;
  }
  const description = node.description ?? "";
  if (node.eta === undefined && (item.description ?? "") !== description) {
    item.description = description;
  }
  if (!isSameRange(item.range, node.range)) {
    item.range = node.range === undefined ? undefined : make.range(node.range);
  }
}

function isSameRange(one: TextRange | undefined, other: TextRange | undefined): boolean {
  if (one === undefined || other === undefined) {
    return one === other;
  }
  return (
    one.start.line === other.start.line &&
    one.start.character === other.start.character &&
    one.end.line === other.end.line &&
    one.end.character === other.end.character
  );
}
