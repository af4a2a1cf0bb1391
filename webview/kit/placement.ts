import { autoUpdate, computePosition, flip, offset, shift, size } from "@floating-ui/dom";

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

const least = 120; // px of height that a box keeps, whatever room there is

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

/** Whether a part of the window has a side of an element where a box can be read, if scrolled. */
function hasRoomBeside(anchor: Element, within: Element, gap: number): boolean {
  const [inner, outer] = [anchor.getBoundingClientRect(), within.getBoundingClientRect()];
  return Math.max(inner.top - outer.top, outer.bottom - inner.bottom) - gap - rim >= least;
}

/**
 * Keeps a box that is fixed on the screen at a side of an element, below it first, so that it covers nothing of the element
 * as long as one side has room; where none has, at the side with most, and as high as that allows. Returns what ends it.
 *
 * @param within a part of the window beside which there is something to be read: the box stays in it, if there is room in it.
 */
export function keepAside(anchor: Element, box: HTMLElement, gap: number, within?: Element): () => void {
  let isEnded = false;
  const end = autoUpdate(anchor, box, async () => {
    const isInside = within !== undefined && hasRoomBeside(anchor, within, gap);
    const window = { boundary: isInside ? within : [], padding: rim };
    const { x, y } = await computePosition(anchor, box, {
      strategy: "fixed",
      placement: "bottom-start",
      middleware: [
        offset(gap),
        flip({
          crossAxis: false,
          fallbackPlacements: ["top-start", "right-start", "left-start"],
          fallbackStrategy: "bestFit",
          ...window,
        }),
        shift(window),
        size({
          apply: ({ availableHeight }) => {
            box.style.maxHeight = `${Math.max(least, Math.floor(availableHeight))}px`;
          },
          ...window,
        }),
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
    box.style.maxHeight = "";
  };
}
