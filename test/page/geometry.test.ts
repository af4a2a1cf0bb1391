import { expect, test } from "vitest";
import { enumerateDiagrams } from "../../src/diagram/index.js";
import { atLength, oneOf } from "../times.js";
import { describePage, knownOf } from "./harness.js";
import { geometryOf, type SeenGeometry } from "./in-page.mjs";

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
