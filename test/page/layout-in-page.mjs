// Functions that run in the browser, of either page; each is sent there by itself.

/**
 * What is wrong with where words stand: words off the window's or their own frame's edge that nothing scrolls to, and
 * words upon words of the same layer. One line each.
 */
export function misplacedWords() {
  const layers =
    "dialog, [role=dialog], .menu, .toast, .hover-card, .popover, .history-panel, .rename-field, .listbox";
  // Formulas and plots keep their sizes and may be scrolled sideways; nothing else may.
  const scrolling = ".formula-line, .plot, .st-grid, input, textarea";
  const isUnseen = (element) => {
    const { clipPath, position, overflow } = getComputedStyle(element);
    return (
      clipPath !== "none" || (position === "absolute" && overflow === "hidden" && element.offsetWidth <= 1)
    );
  };
  /** What is seen of a box, and whether some of it is cut by what does not scroll and tells of it by no ellipsis. */
  const seenOf = (box, from) => {
    let { left, right, top, bottom } = box;
    let isCut = false;
    let isScrolled = false;
    let isScrolledUpright = false;
    for (let element = from; element !== null; element = parentOf(element)) {
      const style = getComputedStyle(element);
      if (isUnseen(element)) {
        return undefined;
      }
      const isFrame =
        style.overflowX !== "visible" && !(element instanceof SVGElement && element.localName !== "svg");
      if (isFrame) {
        const frame = element.getBoundingClientRect();
        if (element.matches(scrolling)) {
          isScrolled = true;
        } else if ((left < frame.left - 1 || right > frame.right + 1) && !isScrolled) {
          isCut ||= style.textOverflow !== "ellipsis" && element.closest(".stage, .card-picture") === null;
        }
        const rim = 0.2 * (box.bottom - box.top);
        const isFixed = ["hidden", "clip"].includes(style.overflowY) && !isScrolledUpright;
        if (isFixed && (top < frame.top - rim || bottom > frame.bottom + rim)) {
          isCut ||= element.closest(".stage, .card-picture") === null;
        }
        isScrolledUpright ||= ["auto", "scroll"].includes(style.overflowY);
        left = Math.max(left, frame.left);
        right = Math.min(right, frame.right);
        top = Math.max(top, frame.top);
        bottom = Math.min(bottom, frame.bottom);
      }
      if (style.position === "fixed") {
        break;
      }
    }
    if (!isScrolled && (left < -1 || right > window.innerWidth + 1)) {
      isCut = true;
    }
    return right - left > 1 && bottom - top > 1 ? { left, right, top, bottom, isCut } : undefined;
  };
  const parentOf = (element) =>
    element.assignedSlot ?? element.parentElement ?? element.getRootNode().host ?? null;
  const layerOf = (element) => {
    for (let one = element; one !== null; one = parentOf(one)) {
      if (one.matches(layers)) {
        return one;
      }
    }
    return null;
  };
  const words = [];
  const walk = (root) => {
    for (const node of root.childNodes) {
      if (node.nodeType === Node.TEXT_NODE && node.data.trim() !== "") {
        const element = node.parentElement ?? node.getRootNode().host;
        if (!element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) {
          continue;
        }
        const range = document.createRange();
        range.selectNodeContents(node);
        for (const box of range.getClientRects()) {
          const seen = seenOf(box, element);
          if (seen !== undefined) {
            const text = node.data.trim().slice(0, 60);
            // What is written is lower than its line.
            const rim = (seen.bottom - seen.top) * 0.2;
            const ink = { ...seen, top: seen.top + rim, bottom: seen.bottom - rim };
            words.push({ node, text, ink, layer: layerOf(element) });
          }
        }
      } else if (
        node.nodeType === Node.ELEMENT_NODE &&
        !["STYLE", "SCRIPT", "TITLE", "title"].includes(node.nodeName)
      ) {
        walk(node);
        if (node.shadowRoot) {
          walk(node.shadowRoot);
        }
      }
    }
  };
  walk(document.body);
  const faults = new Set();
  words.forEach((one, index) => {
    if (one.ink.isCut) {
      faults.add(`cut: ${one.text}`);
    }
    for (const other of words.slice(0, index)) {
      const wide = Math.min(one.ink.right, other.ink.right) - Math.max(one.ink.left, other.ink.left);
      const high = Math.min(one.ink.bottom, other.ink.bottom) - Math.max(one.ink.top, other.ink.top);
      if (one.layer === other.layer && one.node !== other.node && wide > 1.5 && high > 1.5) {
        faults.add(`on each other: ${other.text} | ${one.text}`);
      }
    }
  });
  if (document.documentElement.scrollWidth > window.innerWidth) {
    faults.add(`the page is ${document.documentElement.scrollWidth} px wide`);
  }
  return { faults: [...faults], words: words.length };
}

/**
 * What is divided between two lines where no reader expects it, one line each: a name elsewhere than behind a joint, a short form,
 * a number, a number and what it counts, a name and its value. What is longer than a line may be divided anywhere.
 */
export function dividedWords() {
  // Syllables of names, and what holds no place to divide it.
  const whole =
    /\(\d[\d.-]*\)\([\d.-]*\)|[\p{ID_Start}|][\p{ID_Continue}|]* = [+−-]?\d[\d.]*(?:,\d{3})*|[+−-]?\d[\d.]*e[+-]\d+|[+−-]?\d[\d.,()]* %|\d+ s\b|\d{1,2}:\d\d\s[AP]M|(?:degree|order|seed|task|line) \d+|[\p{L}\p{N}]+[_/\\.]*|[+−-]?\d[\d.,]*/gu;
  const blocks = new Map();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text = walker.nextNode(); text !== null; text = walker.nextNode()) {
    const element = text.parentElement;
    if (
      element.closest("svg, style, script, textarea, code") !== null ||
      !element.checkVisibility({ visibilityProperty: true })
    ) {
      continue;
    }
    let block = element;
    while (getComputedStyle(block).display === "inline" || block.matches(".whole")) {
      block = block.parentElement;
    }
    const texts = blocks.get(block) ?? [];
    blocks.set(block, texts);
    texts.push(text);
  }
  const faults = new Set();
  for (const [block, texts] of blocks) {
    const starts = [];
    let content = "";
    for (const text of texts) {
      starts.push(content.length);
      content += text.data;
    }
    const placeOf = (at) => {
      const index = starts.findLastIndex((start) => start <= at);
      return [texts[index], at - starts[index]];
    };
    const { paddingLeft, paddingRight } = getComputedStyle(block);
    const room = block.clientWidth - Number.parseFloat(paddingLeft) - Number.parseFloat(paddingRight);
    for (const { index, 0: words } of content.matchAll(whole)) {
      const range = document.createRange();
      range.setStart(...placeOf(index));
      const [last, end] = placeOf(index + words.length - 1);
      range.setEnd(last, end + 1);
      const boxes = [...range.getClientRects()].filter(({ width }) => width > 0);
      const middles = boxes.map(({ top, bottom }) => (top + bottom) / 2);
      const width = boxes.reduce((sum, box) => sum + box.width, 0);
      if (Math.max(...middles) - Math.min(...middles) > 8 && width < room - 8) {
        faults.add(`divided: ${words}`);
      }
    }
  }
  return [...faults];
}

/** How high what scrolls is in full, px. */
export function fullHeight(selector) {
  return document.querySelector(selector)?.scrollHeight ?? 0;
}

/** Of each formula under a diagram: how high its line is, how much of it is scrolled to, and how high the bar is that tells so, px. */
export function linesOfFormulas() {
  return [...document.querySelectorAll(".formula-line")].map((line) => ({
    height: line.querySelector("img").height,
    scrolled: line.scrollWidth - line.clientWidth,
    bar: line.offsetHeight - line.clientHeight,
  }));
}

/** Names of the grid that lie on a disc or on each other, as they are drawn, and which nodes have one, as far as it is written. */
export function namesInGrid() {
  const nodes = [...document.querySelectorAll(".st-node")].map((group) => {
    const name = group.querySelector(".st-name");
    return {
      text: name.textContent,
      box: name.getBoundingClientRect(),
      disc: group.querySelector(".st-disc"),
    };
  });
  const meet = (one, other, rim) =>
    Math.min(one.right, other.right) - Math.max(one.left, other.left) > rim &&
    Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top) > rim;
  // What is written is lower than its line.
  const inkOf = ({ left, right, top, bottom }) => {
    const cut = (bottom - top) * 0.2;
    return { left, right, top: top + cut, bottom: bottom - cut };
  };
  const faults = [];
  nodes.forEach((one, index) => {
    if (one.text === "") {
      return;
    }
    const ink = inkOf(one.box);
    for (const { disc, text } of nodes) {
      if (meet(ink, disc.getBoundingClientRect(), 0.5)) {
        faults.push(`${one.text} at the disc of ${text}`);
      }
    }
    for (const other of nodes.slice(0, index)) {
      if (other.text !== "" && meet(ink, inkOf(other.box), 0.5)) {
        faults.push(`${one.text} at ${other.text}`);
      }
    }
  });
  return {
    faults,
    texts: nodes.map(({ text }) => text),
    tips: [...document.querySelectorAll(".st-node > title")].map(({ textContent }) => textContent),
  };
}
