import type { CancellationToken } from "vscode-languageserver";
import type { HoverAnswer, HoverParameters, HoverPiece, HoverSpan } from "../../preview/index.js";
import { dataUri } from "../formulas/picture.js";
import { latexToText } from "../formulas/unicode.js";
import type { HoverBlock } from "../hover/content.js";
import type { DiagHoverProvider } from "../hover/hover-provider.js";
import type { DiagLspServices } from "../services.js";
import { readDocument } from "./reading.js";
import { linesOf, spansOf } from "./spans.js";

/** What the editor's hover says at a place, as pieces that a page shows without reading Markdown. */
export async function answerHover(
  services: DiagLspServices,
  { uri, position, room }: HoverParameters,
  token?: CancellationToken,
): Promise<HoverAnswer | null> {
  const said = await readDocument(
    services,
    uri,
    (document) =>
      (services.lsp.HoverProvider as DiagHoverProvider).blocksAt(
        document,
        document.textDocument.offsetAt(position),
        token,
      ),
    token,
  );
  if (!said || "problem" in said) {
    return null;
  }
  const pieces: HoverPiece[] = [];
  for (const block of said.blocks) {
    pieces.push(...(await piecesOf(services, block, room)));
  }
  return { pieces };
}

async function piecesOf(
  services: DiagLspServices,
  block: HoverBlock,
  room: number | undefined,
): Promise<HoverPiece[]> {
  if (block.kind === "text") {
    return linesOf(block.markdown).map((spans) => ({ kind: "line", spans }));
  }
  const { latex } = block;
  const label = spansOf(block.label);
  const { format, theme } = await services.editor.Preferences.hover();
  if (format === "text") {
    const spans: HoverSpan[] = [{ text: latexToText(latex), style: "code" }];
    return [
      { kind: "line", spans: label },
      { kind: "line", spans },
    ];
  }
  const picture =
    format === "image" ? await services.editor.Typesetter.picture(latex, theme, roomFor(room)) : undefined;
  return [{ kind: "formula", label, latex, ...(picture ? { image: dataUri(picture) } : {}) }];
}

/** The narrowest and the widest rooms for which formulas are broken, in pixels. */
const [narrowest, widest] = [120, 2400];

function roomFor(room: number | undefined): number | undefined {
  return room === undefined ? undefined : Math.min(widest, Math.max(narrowest, room));
}
