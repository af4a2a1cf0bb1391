import { CancellationTokenSource } from "vscode-jsonrpc/node";
import { generatedFile } from "../language/generated/generate.js";
import { Random } from "../language/generated/random.js";
import { sources, words } from "../language/generated/sources.js";
import { type Change, type Client, positionIn } from "./client.js";

// The oracle of the language server: after any edits, with any requests in flight, it says of a text what one says that
// is given that text at once.

/** What differed, or undefined; and how much was asked meanwhile. */
export interface Outcome {
  readonly requests: number;
  readonly edits: number;
  readonly difference?: {
    readonly what: string;
    readonly edited: unknown;
    readonly fresh: unknown;
    readonly text: string;
  };
}

const atPlaces = ["completion", "hover", "definition", "documentHighlight", "prepareRename"];
const ofFiles = [
  "documentSymbol",
  "semanticTokens/full",
  "foldingRange",
  "codeLens",
  "documentLink",
  "formatting",
];

/**
 * One document, edited at random in one server and opened as it then is in the other.
 * @param length how many times as many edits as usual come before they are compared.
 */
export async function trySequence(seed: number, edited: Client, fresh: Client, length = 1): Promise<Outcome> {
  const random = new Random(seed);
  const uri = `untitled:document-${seed}`;
  const start = random.chance(0.6)
    ? random.of(sources)
    : generatedFile(seed, random.of(["soup", "damaged", "sound", "odd"] as const)).text.slice(0, 1500);
  const end = random.of(["\n", "\r\n", "\r"]);
  let text = random.chance(0.7) ? start.replace(/\r\n|\r|\n/g, end) : start;
  await edited.open(uri, text);
  let requests = 0;
  let edits = 0;
  const pending: Promise<unknown>[] = [];
  for (let step = length * (3 + random.below(5)); step > 0; step--) {
    const changes: Change[] = [];
    for (let count = random.chance(0.8) ? 1 : 2; count > 0; count--) {
      const change = someChange(random, text, end);
      changes.push(change);
      text = text.slice(0, change.from) + change.put + text.slice(change.to);
    }
    edits += changes.length;
    const told = edited.change(...changes);
    for (let count = length === 1 || random.chance(2 / length) ? random.below(4) : 0; count > 0; count--) {
      requests++;
      pending.push(askSomething(random, edited, text));
    }
    if (random.chance(0.3)) {
      await told;
    }
    if (random.chance(0.2)) {
      await new Promise((resolve) => setTimeout(resolve, random.below(8)));
    }
  }
  await Promise.all(pending);
  await fresh.open(uri, text);
  const places = [0, text.length, ...random.several(2, 3, () => random.below(text.length + 1))];
  const difference = await compare(edited, fresh, text, places);
  await Promise.all([edited.close(), fresh.close()]);
  return { requests, edits, ...(difference ? { difference } : {}) };
}

/** A request whose answer nobody looks at, sometimes given up. */
async function askSomething(random: Random, client: Client, text: string): Promise<void> {
  const cancelling = new CancellationTokenSource();
  const method = `textDocument/${random.of([...atPlaces, ...ofFiles, "codeAction", "inlayHint"])}`;
  const position = positionIn(text, random.below(text.length + 1));
  const answer = client.ask(
    method,
    {
      position,
      range: { start: { line: 0, character: 0 }, end: position },
      context: { diagnostics: [] },
      options: { tabSize: 2, insertSpaces: true },
    },
    cancelling.token,
  );
  if (random.chance(0.3)) {
    cancelling.cancel();
  }
  // Given up, or changed meanwhile, or nothing to rename: an answer all the same.
  await answer.catch(() => undefined);
}

function someChange(random: Random, text: string, end: string): Change {
  // Editors do not put anything between CR and LF.
  const place = (offset: number): number =>
    text[offset - 1] === "\r" && text[offset] === "\n" ? offset + 1 : offset;
  const from = place(random.below(text.length + 1));
  const to = random.chance(0.6) ? from : place(Math.min(text.length, from + random.upTo(60)));
  const put = random.of<() => string>([
    () => "",
    () => random.of(words),
    () => ` ${random.of(words)} `,
    () => random.several(1, 4, () => random.of(words)).join(" "),
    () => end,
    () => random.of(["\n", "\r\n", "\r"]),
    () => text.slice(random.below(text.length + 1)).slice(0, 80),
    () => random.of(["x", "1", "(", ")", "é", "\u{1d6c8}"]),
  ])();
  return { from, to, put };
}

async function compare(
  edited: Client,
  fresh: Client,
  text: string,
  offsets: readonly number[],
): Promise<Outcome["difference"]> {
  const end = positionIn(text, text.length);
  const range = { start: { line: 0, character: 0 }, end };
  const questions: [what: string, ask: (client: Client) => Promise<unknown>][] = [
    ["diagnostics", (client) => client.diagnostics()],
    ...ofFiles.map((method): [string, (client: Client) => Promise<unknown>] => [
      method,
      (client) => client.ask(`textDocument/${method}`, { options: { tabSize: 2, insertSpaces: true } }),
    ]),
    ["inlayHint", (client) => client.ask("textDocument/inlayHint", { range })],
    ["listing", (client) => client.ask("diag/preview/file", client.address)],
    ...offsets.flatMap((offset) => {
      const position = positionIn(text, offset);
      return [
        ...atPlaces.map((method): [string, (client: Client) => Promise<unknown>] => [
          `${method} at ${offset}`,
          (client) => client.ask(`textDocument/${method}`, { position }),
        ]),
        [
          `references at ${offset}`,
          (client: Client) =>
            client.ask("textDocument/references", { position, context: { includeDeclaration: true } }),
        ] as [string, (client: Client) => Promise<unknown>],
        [
          `selection at ${offset}`,
          (client: Client) => client.ask("textDocument/selectionRange", { positions: [position] }),
        ] as [string, (client: Client) => Promise<unknown>],
      ];
    }),
  ];
  for (const [what, ask] of questions) {
    const answers = () => Promise.all([edited, fresh].map((client) => ask(client).catch(errorOf)));
    let [one, other] = await answers();
    // Diagnostics come by themselves, the newest last: those of an earlier text may be the last so far.
    for (let left = 100; what === "diagnostics" && saying(one) !== saying(other) && left > 0; left--) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      [one, other] = await answers();
    }
    if (saying(one) !== saying(other)) {
      return { what, edited: one, fresh: other, text };
    }
  }
  return undefined;
}

/** What an answer says, without what differs from one to the next. */
function saying(answer: unknown): string | undefined {
  return JSON.stringify(answer, (key, value) =>
    key === "resultId" || key === "version" ? undefined : value,
  );
}

function errorOf(error: Error): unknown {
  return { error: error.message };
}
