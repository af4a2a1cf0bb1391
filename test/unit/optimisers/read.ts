import type { Landscape } from "../../../src/landscape/index.js";
import { analyze } from "../../language/workspace.js";
import { written } from "../../written.js";
import type { Example } from "./carried.js";

/** An example's landscape, as the product reads it. */
export async function landscapeOfExample({ text }: Example): Promise<Landscape> {
  return written((await analyze(text)).landscapes.get("example"));
}
