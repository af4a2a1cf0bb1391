// Functions that run in the browser with the results page; each is sent there by itself.

export function resultsEditor(state) {
  const said = [];
  window.editor = { said, state };
  window.acquireVsCodeApi = () => ({
    postMessage: (message) => said.push(structuredClone(message)),
    getState: () => window.editor.state ?? undefined,
    setState: (next) => {
      window.editor.state = structuredClone(next);
    },
  });
}

/** Where the signs of a plot's marks are and what their tips say, in px of the plot; and the ticks of its axes. */
export function plotOf(title) {
  const svg = document.querySelector(`section[aria-label="${title}"] .diag-plot`);
  const origin = svg.getBoundingClientRect();
  const middleOf = (element) => {
    const { left, top, width, height } = element.getBoundingClientRect();
    return { x: left + width / 2 - origin.left, y: top + height / 2 - origin.top };
  };
  const marks = [...svg.querySelectorAll("g[class]:not(.legend)")].flatMap((group) => {
    const name = group.getAttribute("class");
    return [...group.querySelectorAll("path, line, rect, circle")].map((element) => {
      const { left, top, width, height } = element.getBoundingClientRect();
      return {
        name,
        words: element.querySelector("title")?.textContent ?? "",
        ...middleOf(element),
        left: left - origin.left,
        right: left + width - origin.left,
        top: top - origin.top,
        bottom: top + height - origin.top,
      };
    });
  });
  const ticksOf = (axis) =>
    [...svg.querySelectorAll(`[class="${axis}-axis tick label"] text`)].map((element) => ({
      text: element.textContent,
      ...middleOf(element),
    }));
  const labelOf = (axis) => svg.querySelector(`[class="${axis}-axis label"]`)?.textContent ?? "";
  return {
    label: svg.getAttribute("aria-label"),
    marks,
    x: ticksOf("x"),
    y: ticksOf("y"),
    xLabel: labelOf("x"),
    yLabel: labelOf("y"),
    texts: [...svg.querySelectorAll("text")].map((element) => element.textContent),
  };
}

/** Puts a mark on elements, which only the same elements have later. */
export function tag(selector) {
  for (const element of document.querySelectorAll(selector)) {
    element.tag = true;
  }
}

/** How many of some elements are marked, and how many are not. */
export function tagged(selector) {
  const elements = [...document.querySelectorAll(selector)];
  const kept = elements.filter((element) => element.tag).length;
  return { kept, fresh: elements.length - kept };
}

/** Counts how often the drawing of values changes within some milliseconds. */
export function redrawsWithin({ selector, milliseconds }) {
  return new Promise((resolve) => {
    let changes = 0;
    const observer = new MutationObserver(() => changes++);
    observer.observe(document.querySelector(selector), { childList: true, attributes: true, subtree: true });
    setTimeout(() => {
      observer.disconnect();
      resolve(changes);
    }, milliseconds);
  });
}

export function scrollMain(top) {
  const main = document.querySelector("main");
  if (top !== undefined) {
    main.scrollTop = top;
  }
  return main.scrollTop;
}

/** Elements whose words go over their edges or over the window's, by class and text. */
export function overflowing(selector) {
  return [...document.querySelectorAll(selector)]
    .filter((element) => element.offsetParent !== null)
    .filter((element) => {
      const { left, right } = element.getBoundingClientRect();
      const isCut = element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0;
      return isCut || left < -1 || right > window.innerWidth + 1;
    })
    .map((element) => `${element.className}: ${element.textContent.slice(0, 80)}`);
}
