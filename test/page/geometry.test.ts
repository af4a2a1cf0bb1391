import { expect, test } from "vitest";
import { enumerateDiagrams } from "../../src/diagram/index.js";
import { atLength, oneOf } from "../times.js";
import { describePage, knownOf } from "./harness.js";
import { coveredWords, geometryOf, placeUnderPointer, type SeenGeometry } from "./in-page.mjs";

/** What is wrong with a picture, given which nodes each part has. */
function faultsOf(seen: SeenGeometry, parts: readonly (readonly number[])[], nodes: number): string[] {
  const faults = seen.overlaps.map((pair) => `nodes ${pair} overlap`);
  if (seen.nodes.length !== nodes) {
    faults.push(`${seen.nodes.length} of ${nodes} nodes are drawn`);
  }
  const outlined = seen.parts.map(({ index }) => index).sort((a, b) => a - b);
  const several = parts.flatMap((members, part) => (members.length > 1 ? [part] : []));
  if (outlined.join() !== several.join()) {
    faults.push(`parts ${outlined} have outlines, not ${several}`);
  }
  for (const { index, inside, touched } of seen.parts) {
    const members = [...parts[index]!].sort((a, b) => a - b).join();
    if ([...inside].sort((a, b) => a - b).join() !== members) {
      faults.push(`part ${index} holds ${inside}`);
    }
    if ([...touched].sort((a, b) => a - b).join() !== members) {
      faults.push(`part ${index} touches ${touched}`);
    }
  }
  return faults;
}

describePage("drawings as the browser renders them", (open) => {
  test("irreducible one-epoch diagrams of 6 edges: outlines hold exactly their nodes, and no nodes overlap", async () => {
    const diagrams = [...enumerateDiagrams(6, { irreducible: true, pathCondition: true })];
    expect(diagrams.length).toBe(439);
    const known = await knownOf(
      (atLength ? diagrams : oneOf(9, diagrams)).map(({ diagram }, number) => ({
        diagram,
        name: `d${number}`,
        nodeNames: diagram.parents.map((_, node) => `n${node}`),
        partNames: Array.from({ length: Math.max(...diagram.parts) + 1 }, () => undefined),
      })),
    );
    const { page } = await open({ known, reducedMotion: true });
    await page.locator(".card").first().waitFor();
    const faults: string[] = [];
    for (const { id, parts, nodes } of known.file.diagrams) {
      const seen = await page.evaluate(geometryOf, id);
      const members = parts.map((part) => part.nodes);
      faults.push(...faultsOf(seen, members, nodes.length).map((fault) => `${id}: ${fault}`));
    }
    expect(faults).toEqual([]);
  });

  test("names of all lengths, as they are written, are clear of rings, signs, borders and each other", async () => {
    const words = [
      "W".repeat(60),
      "a_name_of_sixty_letters_".padEnd(60, "and_more_"),
      "f",
      "重み".repeat(30),
      "größe",
    ];
    const diagrams = oneOf(180, [...enumerateDiagrams(5, {})]).map(({ diagram }) => diagram);
    const known = await knownOf(
      diagrams.map((diagram, number) => ({
        diagram,
        name: `d${number}`,
        nodeNames: diagram.parents.map((_, node) => words[(node + number) % words.length]!),
        partNames: diagram.parents.map((_, part) => words[(part + number + 2) % words.length]),
      })),
    );
    const marked = known.file.diagrams.map((diagram) => ({
      ...diagram,
      marks: [
        {
          severity: "error" as const,
          code: "path-condition",
          message: "wrong",
          elements: [
            ...diagram.nodes.map((_, index) => ({ kind: "node" as const, index })),
            ...diagram.parts.flatMap(({ nodes }, index) =>
              nodes.length > 1 ? [{ kind: "part" as const, index }] : [],
            ),
          ],
        },
      ],
    }));
    const { page, send } = await open({
      known: { ...known, file: { ...known.file, diagrams: marked } },
      reducedMotion: true,
    });
    await page.locator(".card").first().waitFor();
    for (const { id, nodes } of marked) {
      await page.evaluate(geometryOf, id);
      for (const index of [0, nodes.length - 2]) {
        await send({ type: "cursor", id, element: { kind: "node", index } });
        await page.locator(`.stage .node[data-index="${index}"] > .disc`).click({ force: true });
        await page.locator(`.stage .node[data-index="${index}"].selected.cursor`).waitFor();
        const seen = await page.evaluate(coveredWords);
        expect(seen.faults, id).toEqual([]);
        expect(seen.rings).toBeGreaterThanOrEqual(2);
        expect(seen.words).toBeGreaterThanOrEqual(nodes.length);
      }
    }
  });

  test("ties are clicked and told as an outline is, and become one when the text asks for no more", async () => {
    const text = (second: string) =>
      `diagram d { a, b -> e -> out  c, d -> f -> out  part S = {a, ${second}}  part R = {b, d} }`;
    const known = await knownOf(text("c"));
    const { page, said, know, complaints } = await open({ known, reducedMotion: true });
    await page.locator(".card-name").click();
    const ties = page.locator(".stage .part.ties");
    await expect.poll(() => ties.count()).toBe(1);
    const isS = (await ties.getAttribute("aria-label"))!.startsWith("part S");
    expect(await ties.getAttribute("aria-label")).toMatch(/^part [SR], of nodes [ab] and [cd]$/);
    const place = (await ties.locator(".haze").evaluate(placeUnderPointer))!;
    await page.mouse.click(place.x, place.y);
    await page.locator(".stage .part.ties.selected").waitFor();
    expect(await ties.getAttribute("aria-pressed")).toBe("true");
    const index = Number(await ties.getAttribute("data-index"));
    await expect
      .poll(async () => (await said()).filter(({ type }) => type === "select").at(-1))
      .toMatchObject({ type: "select", element: { kind: "part", index } });
    // With nothing between its nodes any more the same part has an outline; the element stays.
    await ties.evaluate((part) => part.setAttribute("data-seen", "yes"));
    await know(
      await knownOf(isS ? text("c").replace("{b, d}", "{b}") : text("c").replace("{a, c}", "{a}"), 2),
    );
    const outline = page.locator('.stage .part[data-seen="yes"]');
    await expect.poll(() => ties.count()).toBe(0);
    expect(await outline.getAttribute("aria-label")).toMatch(isS ? /^part S/ : /^part R/);
    expect(complaints).toEqual([]);
  });

  test("a wrong outline and an overlap are found out", async () => {
    const known = await knownOf("diagram d { a, b, c -> test  part S = {a, b} }");
    const [entry] = Object.entries(known.drawings);
    const { drawing } = entry![1];
    const at = (name: string) => drawing!.nodes.find((node) => node.name === name)!;
    const [b, c] = [at("b"), at("c")];
    // c where b is: the outline takes it in, and the two overlap.
    const moved = drawing!.nodes.map((node) => (node.name === "c" ? { ...node, x: b.x, y: b.y } : node));
    const drawings = { [entry![0]]: { drawing: { ...drawing!, nodes: moved } } };
    const { page } = await open({ known: { ...known, drawings }, reducedMotion: true });
    const { parts, nodes } = known.file.diagrams[0]!;
    const seen = await page.evaluate(geometryOf, "d");
    const part = parts.findIndex((one) => one.nodes.length === 2);
    const members = parts.map((one) => one.nodes);
    expect(faultsOf(seen, members, nodes.length)).toEqual(
      expect.arrayContaining([
        `nodes ${Math.min(b.node, c.node)} ${Math.max(b.node, c.node)} overlap`,
        expect.stringMatching(new RegExp(`part ${part} holds`)),
        expect.stringMatching(new RegExp(`part ${part} touches`)),
      ]),
    );
  });
});
