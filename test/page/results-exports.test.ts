import { expect, test } from "vitest";
import { focusedOf, pixelsOf } from "./in-page.mjs";
import { describeResults, type OpenResults, poll, recordedRun } from "./results-harness.js";

async function choose(one: OpenResults, list: string, option: string): Promise<void> {
  await one.page.getByRole("combobox", { name: list }).click();
  await one.page.getByRole("option", { name: option, exact: true }).click();
}

async function openForm(one: OpenResults): Promise<void> {
  await one.page.locator(".diag-plot").first().waitFor();
  await one.page.getByRole("button", { name: "Export" }).click();
  await one.page.getByRole("dialog", { name: "Export the run" }).waitFor();
}

describeResults("exports", (open) => {
  test("of numbers have all digits", async () => {
    const record = await recordedRun("gauss");
    const one = await open({ records: [record] });
    await openForm(one);
    await choose(one, "What", "Table of the points");
    await one.page.getByRole("button", { name: "Save…" }).click();
    await choose(one, "What", "Table of the contributions");
    await one.page.getByRole("button", { name: "Save…" }).click();
    await choose(one, "What", "The whole run");
    await one.page.getByRole("button", { name: "Save…" }).click();
    await poll(async () => (await one.said("save")).length).toBe(3);
    const [points, terms, whole] = await one.said("save");
    expect(points).toMatchObject({ suggestedName: "gauss_excess-points.csv", format: "csv" });
    const [head, ...lines] = points!.content.trimEnd().split("\r\n");
    const place = head!.split(",").indexOf("measured");
    expect(lines.map((line) => Number(line.split(",")[place]))).toEqual(
      record.points.map(({ measured }) => measured),
    );
    expect(terms).toMatchObject({ suggestedName: "gauss_excess-terms.csv", format: "csv" });
    const added = terms!.content.trimEnd().split("\r\n").slice(1);
    expect(added.map((line) => Number(line.split(",").at(-1)))).toEqual(
      record.terms.flatMap((point) => point.terms.map(({ value }) => value)),
    );
    expect(whole).toMatchObject({ suggestedName: "gauss_excess.json", format: "json" });
    expect(JSON.parse(whole!.content)).toEqual(record);
  });

  test("copy the points as a LaTeX table", async () => {
    const one = await open({ records: [await recordedRun("gauss")] });
    await one.page.getByRole("button", { name: "Copy as LaTeX table" }).click();
    await poll(async () => (await one.said("copy")).length).toBe(1);
    const { text } = (await one.said("copy"))[0]!;
    expect(text).toContain("\\begin{tabular}{lrrrrrrl}");
    expect(text).toContain(
      "  test\\_loss & $0.1$ & $0.507766$ & $0.0010$ & $0.508476$ & $2.6 \\times 10^{-5}$ & 200000 & agrees \\\\",
    );
    await openForm(one);
    await choose(one, "What", "Table of the contributions");
    await choose(one, "Format", "LaTeX");
    expect(await one.page.getByRole("button", { name: "Save…" }).isVisible()).toBe(false);
    await one.page.getByRole("button", { name: "Copy", exact: true }).click();
    await one.page.getByText("LaTeX copied").waitFor();
    expect((await one.said("copy")).at(-1)!.text).toContain("\\texttt{(012-3)(03-13-23)} & skew");
  });

  test("of plots are on white, in colours of their own, and whole", async () => {
    const one = await open({ records: [await recordedRun("gauss")], theme: "hc-dark" });
    await openForm(one);
    for (const what of ["Plot of the values", "Plot of the contributions", "Plot of the residuals"]) {
      await choose(one, "What", what);
      await one.page.getByRole("button", { name: "Save…" }).click();
    }
    await poll(async () => (await one.said("save")).length).toBe(3);
    for (const { content, format } of await one.said("save")) {
      expect(format).toBe("svg");
      expect(content).toMatch(/^<svg [^>]*xmlns="http:\/\/www.w3.org\/2000\/svg"/);
      expect(content).not.toContain("var(--");
      expect(content).not.toMatch(/<style|style=|bar-press/);
    }
    const [measured] = await one.said("save");
    expect(measured!.suggestedName).toBe("gauss_excess-measured.svg");
    expect(measured!.content).toContain("order 3");
    await choose(one, "Format", "PNG");
    await choose(one, "What", "Plot of the values");
    await one.page.getByRole("button", { name: "Save…" }).click();
    await poll(async () => [
      (await one.said("save")).length,
      await one.page.locator(".form-status").textContent(),
    ]).toEqual([4, ""]);
    const picture = (await one.said("save"))[3]!;
    expect(picture).toMatchObject({ suggestedName: "gauss_excess-measured.png", format: "png" });
    const pixels = await one.page.evaluate(pixelsOf, picture.content);
    expect(pixels.width).toBe(1440);
    expect(pixels.corner).toBe(255);
    expect(pixels.clear).toBe(0);
  });

  test("open by the editor's command, and close by Escape", async () => {
    const one = await open({ records: [await recordedRun("gauss"), await recordedRun("other-seed")] });
    await one.page.locator(".diag-plot").first().waitFor();
    await one.send({ type: "command", command: "export" });
    await one.page.getByRole("dialog", { name: "Export the run" }).waitFor();
    await one.page.keyboard.press("Escape");
    await one.page.getByRole("dialog", { name: "Export the run" }).waitFor({ state: "hidden" });
    await one.send({ type: "command", command: "compare" });
    await poll(() => one.page.evaluate(focusedOf)).toBe("Compare with…");
  });
});
