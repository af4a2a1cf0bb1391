import { expect, test } from "vitest";
import { Client } from "./wire-client.js";

// An editor asks for the tokens of all that it shows at once, and again at every key.

interface Tokens {
  readonly data: readonly number[];
}

/** So many declarations that their tokens are found in several goes. */
const text = (name: string): string =>
  Array.from({ length: 300 }, (_, place) => `diagram ${name}${place} { a, b -> c -> out }\n`).join("");

test("tokens that are asked for at once are those of each text", async () => {
  const client = new Client();
  await client.initialize();
  const uris = ["untitled:one", "untitled:other"] as const;
  for (const [place, uri] of uris.entries()) {
    await client.open(uri, text("d".repeat(place + 1)));
  }
  const range = { start: { line: 10, character: 0 }, end: { line: 200, character: 0 } };
  const ask = async (uri: string, isWhole: boolean): Promise<readonly number[]> => {
    const method = `textDocument/semanticTokens/${isWhole ? "full" : "range"}`;
    const parameters = { textDocument: { uri }, ...(isWhole ? {} : { range }) };
    return (await client.connection.sendRequest<Tokens>(method, parameters)).data;
  };
  const asked = uris.flatMap((uri) => [true, false, true].map((isWhole) => [uri, isWhole] as const));
  const alone: (readonly number[])[] = [];
  for (const [uri, isWhole] of asked) {
    alone.push(await ask(uri, isWhole));
  }
  const together = await Promise.all(asked.map(([uri, isWhole]) => ask(uri, isWhole)));
  expect(together.map((data) => data.length)).toEqual(alone.map((data) => data.length));
  expect(together).toEqual(alone);
});
