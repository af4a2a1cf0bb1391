import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { Client, folderWith, uriOf } from "./wire-client.js";

// What may be read changes while files are open: a file beside the refused one is opened or closed, a folder comes or goes, the
// user allows more or less. Whoever was refused, or was let in, is told anew without being edited.

/** Texts that name a file of the folder next door, each in its own way, and what is said where it may not be read. */
const ways = {
  text: { text: 'import "../outside/it.diag"\ndiagram e = (01-2)(02-12)', code: "unresolved" },
  table: {
    text: 'landscape l { weights w = 0 data b from "../outside/it.csv" loss (w - b)^2 }',
    code: "bad-distribution",
  },
  rows: {
    text: 'landscape l { weights w = 0 data a[2] from "../outside/it.csv" loss w * sum(a) }',
    code: "bad-distribution",
  },
  "a large table": {
    text: 'landscape l { weights w = 0 data b from "../outside/large.csv" loss (w - b)^2 }',
    code: "bad-distribution",
  },
  start: { text: 'landscape l { weights a[2] = from "../outside/it.npy" loss sum(a^2) }', code: "bad-value" },
  link: { text: 'import "link.diag"\ndiagram e = (01-2)(02-12)', code: "unresolved" },
};

/** Two numbers in the format of NumPy. */
function twoNumbers(): Buffer {
  const header = `${"{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }".padEnd(117)}\n`;
  const begin = Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, header.length, 0]);
  return Buffer.concat([begin, Buffer.from(header), Buffer.from(new Float64Array([1, 2]).buffer)]);
}

let root: string;
let work: string;
let outside: string;

beforeEach(() => {
  root = folderWith({});
  [work, outside] = [join(root, "work"), join(root, "outside")];
  mkdirSync(work);
  mkdirSync(outside);
  writeFileSync(join(outside, "it.diag"), "diagram d { a -> b }\n");
  writeFileSync(join(outside, "it.csv"), "b,c\n1,2\n3,4\n");
  writeFileSync(join(outside, "large.csv"), `b\n${"1.5\n-1.5\n".repeat(40_000)}`);
  writeFileSync(join(outside, "it.npy"), twoNumbers());
  symlinkSync(join(outside, "it.diag"), join(work, "link.diag"));
});

/** Ways by which the folder next door may be read, and may not any more. */
const changes = {
  "a file beside it is opened and closed": {
    more: (client: Client) => client.open(uriOf(join(outside, "other.diag")), "diagram o { a -> b }"),
    less: (client: Client) => client.close(uriOf(join(outside, "other.diag"))),
  },
  "its folder is added and removed": {
    more: (client: Client) => client.folders([outside], []),
    less: (client: Client) => client.folders([], [outside]),
  },
  "the setting allows it and does not": {
    more: (client: Client) => client.connection.sendNotification("diag/reading", { outside: true }),
    less: (client: Client) => client.connection.sendNotification("diag/reading", { outside: false }),
  },
};

describe.each(Object.entries(changes))("when %s", (_, { more, less }) => {
  test.each(Object.entries(ways))("%s is read, refused and read again", async (_, { text, code }) => {
    const client = new Client();
    await client.initializeWith({ trusted: true }, work);
    const main = uriOf(join(work, "main.diag"));
    await client.open(main, text);
    for (let turn = 0; turn < 2; turn++) {
      const { diagnostics } = await client.diagnostics(main, code);
      expect(diagnostics[0]!.message).toContain("is outside the workspace's folders");
      await more(client);
      await client.diagnostics(main);
      await less(client);
    }
    await client.diagnostics(main, code);
  });
});

test("a file that nobody has open is told anew too, and trust that is given says what is still to be allowed", async () => {
  const main = uriOf(join(work, "main.diag"));
  writeFileSync(join(work, "main.diag"), ways.text.text);
  const client = new Client();
  await client.initializeWith({ trusted: false }, work);
  const { diagnostics } = await client.diagnostics(main, "unresolved");
  expect(diagnostics[0]!.message).toContain("not trusted");
  await client.connection.sendNotification("diag/trust", { trusted: true });
  expect((await client.diagnostics(main, "unresolved")).diagnostics[0]!.message).toContain("the setting");
  await client.open(uriOf(join(outside, "it.csv.diag")), "");
  await client.diagnostics(main);
});

test("what is imported of a folder that may be read no longer is forgotten, also in the names that are offered", async () => {
  const client = new Client();
  await client.initializeWith({ trusted: true, readsOutside: true }, work);
  const main = uriOf(join(work, "main.diag"));
  await client.open(main, ways.text.text);
  await client.diagnostics(main);
  const symbols = async () =>
    ((await client.connection.sendRequest("workspace/symbol", { query: "" })) as { name: string }[]).map(
      ({ name }) => name,
    );
  expect(await symbols()).toContain("d");
  await client.connection.sendNotification("diag/reading", { outside: false });
  await client.diagnostics(main, "unresolved");
  expect(await symbols()).toEqual(["e"]);
});
