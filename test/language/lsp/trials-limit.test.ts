import { expect, test } from "vitest";
import { Client } from "./wire-client.js";

const landscape = "landscape l { weights h = 1 data x ~ normal(0, 1) loss (h - x)^2 }";
const verify = (more: string) =>
  `${landscape} verify v { landscape l gd(N = 3, T = 3) eta = 0.1 observe test_loss predict order 2 ${more} }`;

const set = (client: Client, maximumTrials: unknown) =>
  client.connection.sendNotification("workspace/didChangeConfiguration", {
    settings: { diag: { engine: { maximumTrials } } },
  });

test("more trials than the editor runs are warned of at their number, and anew when the setting changes", async () => {
  const client = new Client();
  await client.initialize();
  await set(client, 1_000_000_000);
  const uri = "untitled:one";
  const text = verify("trials = 2e9");
  await client.open(uri, text);
  const { diagnostics } = await client.diagnostics(uri, "bad-value");
  const [{ severity, message, range }] = diagnostics as [(typeof diagnostics)[0]];
  expect(severity).toBe(2);
  expect(text.slice(range.start.character, range.end.character)).toBe("2e9");
  expect(message).toBe(
    "more than 1000000000 trials are not run here, by the setting diag.engine.maximumTrials; lower them, or raise the setting",
  );

  await set(client, 3_000_000_000);
  await client.diagnostics(uri);
  await set(client, 1000);
  await client.diagnostics(uri, "bad-value");
  await client.change(uri, verify("trials = 1000"));
  await client.diagnostics(uri);
  // what makes no sense is as if it were not there
  await set(client, "many");
  await client.change(uri, text, 3);
  await client.diagnostics(uri, "bad-value");
});

test("so are those of a block that says nothing of trials, and of one that is not finished", async () => {
  const client = new Client();
  await client.initialize();
  await set(client, 1000);
  const text = verify("");
  await client.open("untitled:none", text);
  const { diagnostics } = await client.diagnostics("untitled:none", "bad-value");
  const { range, message } = diagnostics[0]!;
  expect(text.slice(range.start.character, range.end.character)).toBe("v");
  expect(message).toMatch(/^without a line `trials` `v` has 100000; more than 1000 trials are not run here/);

  await client.open(
    "untitled:half",
    `${landscape} verify v { landscape l trials = 2000 eta = 0.1 observe test_loss }`,
  );
  const half = await client.diagnostics("untitled:half", "bad-value", "bad-value");
  expect(half.diagnostics.map(({ severity }) => severity).sort()).toEqual([1, 2]);

  // a flow has no trials
  await client.open("untitled:flow", verify("").replace("gd(N = 3, T = 3)", "ode(T = 3)"));
  await client.diagnostics("untitled:flow");
});

test("an editor without such a setting is warned of nothing", async () => {
  const client = new Client();
  await client.initialize();
  await client.open("untitled:two", verify("trials = 2e9"));
  await client.diagnostics("untitled:two");
});
