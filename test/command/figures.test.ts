import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { DOMParser } from "@xmldom/xmldom";
import { expect, test } from "vitest";
import { atLength } from "../times.js";
import { diagJson, root, withFolder } from "./diag.js";

const folder = join(root, "examples", "figures");
const files = (await readdir(folder)).filter((name) => name.endsWith(".diag"));
const picturesOf = (figure: string) => readdir(join(folder, "pictures", figure));

test("the files of the paper's figures are sound, each with its pictures, which the page shows", async () => {
  const paths = files.map((name) => join(folder, name));
  const { status, json } = await diagJson<{ diagnostics: unknown[] }>(["check", ...paths]);
  expect([status, json.diagnostics]).toEqual([0, []]);
  const page = await readFile(join(folder, "README.md"), "utf8");
  const shown = [...page.matchAll(/\(pictures\/([^)]+)\)/g)].map(([, path]) => path);
  const figures = files.map((name) => basename(name, ".diag"));
  const pictures = await Promise.all(
    figures.map(async (figure) => (await picturesOf(figure)).map((name) => `${figure}/${name}`)),
  );
  expect(shown.toSorted()).toEqual(pictures.flat().toSorted());
  for (const name of files) {
    expect(page).toContain(`(${name})`);
  }
});

test.runIf(atLength)(
  "all verifications of the figures agree, but where the paper goes beyond its series",
  async () => {
    const undecided: unknown[] = [];
    for (const name of files) {
      const { json } = await diagJson<{
        runs: { verify: string; eta: number; predicted: number | null; verdict: string }[];
      }>(["verify", join(folder, name), "--backend", "cpu"]);
      const others = json.runs.filter(({ predicted, verdict }) => predicted !== null && verdict !== "agrees");
      undecided.push(...others.map(({ verify, eta, verdict }) => [verify, eta, verdict]));
    }
    expect(undecided).toEqual([["both", 0.25, "inconclusive"]]);
  },
);

test("one command makes the pictures of a figure, of all its verifications", async () => {
  await withFolder({}, async (output) => {
    const figure = "figure_2_mean_estimation";
    const words = [join(root, "scripts", "figures.mjs"), figure, "--trials", "1000", "--output", output];
    await promisify(execFile)(process.execPath, words, { env: { ...process.env, XDG_STATE_HOME: output } });
    const made = await readdir(join(output, figure));
    expect(made.toSorted()).toEqual((await picturesOf(figure)).toSorted());
    const parsed = await Promise.all(
      made.map(async (name) => {
        const text = await readFile(join(output, figure, name), "utf8");
        return new DOMParser().parseFromString(text, "image/svg+xml").documentElement!;
      }),
    );
    for (const picture of parsed) {
      const points = [...picture.getElementsByTagName("g")].filter((group) =>
        group.getAttribute("class")?.startsWith("measured "),
      );
      // A point for each H.
      expect(points.flatMap((group) => [...group.getElementsByTagName("circle")])).toHaveLength(8);
    }
  });
});
