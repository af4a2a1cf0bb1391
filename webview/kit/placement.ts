import { autoUpdate, computePosition, flip, offset, shift } from "@floating-ui/dom";

export interface Place {
  readonly x: number;
  readonly y: number;
}

export interface Gap {
  /** Px below the anchor, or above it. */
  readonly below?: number;
  /** Px to the right of its left edge. */
  readonly right?: number;
}

const rim = 4; // px of the window that stay free

/**
 * Keeps a box that is fixed on the screen below an element or a place of the window, or above it where there is no room
 * below, and inside of the window; also when the window, the box or the element changes. Returns what ends it.
 */
export function keepBeside(anchor: Element | Place, box: HTMLElement, gap: Gap = {}): () => void {
  const reference =
    anchor instanceof Element
      ? anchor
      : { getBoundingClientRect: () => new DOMRect(anchor.x, anchor.y, 0, 0) };
  let isEnded = false;
  const end = autoUpdate(reference, box, async () => {
    const window = { boundary: [], padding: rim };
    const { x, y } = await computePosition(reference, box, {
      strategy: "fixed",
      placement: "bottom-start",
      middleware: [
        offset({ mainAxis: gap.below ?? 0, crossAxis: gap.right ?? 0 }),
        flip({ crossAxis: false, ...window }),
        shift({ crossAxis: true, ...window }),
      ],
    });
    if (!isEnded) {
      box.style.left = `${x}px`;
      box.style.top = `${y}px`;
    }
  });
  return () => {
    isEnded = true;
    end();
  };
}
