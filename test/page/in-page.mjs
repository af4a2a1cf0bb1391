// Functions that run in the browser; each is sent there by itself.

export function fakeEditor(state) {
  const said = [];
  let known;
  let ready = false;
  const send = (message) => {
    // Messages cross a border in VS Code too.
    setTimeout(() => window.postMessage(message, "*"));
  };
  const tell = () => {
    if (ready && known) {
      send({ type: "file", title: "main.diag", file: known.file });
    }
  };
  const draw = (ids) =>
    ids.flatMap((id) => {
      const diagram = known.file.diagrams.find((one) => one.id === id);
      if (diagram === undefined) {
        return [];
      }
      return [{ id, key: diagram.key, ...(known.drawings[diagram.key] ?? { problem: "not recorded" }) }];
    });
  const answers = {
    draw: ({ ids }) => ({ version: known.file.version, drawings: draw(ids) }),
    save: () => ({ saved: true }),
    copy: () => ({}),
    edit: () => ({}),
    insert: () => ({}),
    hover: ({ position: { line, character } }) => known.hovers?.[`${line}:${character}`] ?? null,
    export: ({ id, format }) => known.exports?.[`${id} ${format}`] ?? { problem: "not recorded" },
    embeddings: () => known.embeddings ?? { problem: "not recorded" },
  };
  const answer = (message) => {
    if (message.type === "ready") {
      ready = true;
      tell();
    } else if (message.type === "request") {
      const { number, request } = message;
      Promise.resolve(answers[request.method]?.(request) ?? null).then((answer) =>
        send({ type: "answer", number, answer }),
      );
    }
  };
  window.editor = {
    said,
    state,
    answers,
    know: (next) => {
      known = next;
      tell();
    },
  };
  window.acquireVsCodeApi = () => ({
    postMessage: (message) => {
      said.push(structuredClone(message));
      answer(message);
    },
    getState: () => window.editor.state ?? undefined,
    setState: (next) => {
      window.editor.state = structuredClone(next);
    },
  });
}

export const know = (known) => window.editor.know(known);
export const post = (message) => window.postMessage(message, "*");
export const saidOf = () => window.editor.said;
export const stateOf = () => window.editor.state;

/**
 * Shows a diagram alone, and answers what the renderer itself says of its geometry once it is drawn: for each part its outline's number, the
 * nodes whose discs lie in its fill as a whole and those that it touches; pairs of nodes that overlap.
 */
export async function geometryOf(id) {
  window.postMessage({ type: "show", id }, "*");
  let svg = null;
  for (const end = performance.now() + 10_000; svg === null && performance.now() < end; ) {
    await new Promise((resolve) => setTimeout(resolve));
    svg = document.querySelector(`.stage svg[data-id="${id}"]`);
  }
  const nodes = [...svg.querySelectorAll('[data-kind="node"]')].map((group) => {
    const discs = [...group.querySelectorAll(":scope > .disc, :scope > .ring")];
    const radius = Math.max(...discs.map((disc) => disc.r.baseVal.value));
    return { index: Number(group.dataset.index), matrix: group.getScreenCTM(), radius };
  });
  const rim = ({ radius }) => [
    { x: 0, y: 0 },
    ...Array.from({ length: 16 }, (_, step) => ({
      x: radius * Math.cos((step * Math.PI) / 8),
      y: radius * Math.sin((step * Math.PI) / 8),
    })),
  ];
  const parts = [...svg.querySelectorAll('[data-kind="part"]')].map((group) => {
    const line = group.querySelector(":scope > .line");
    const back = line.getScreenCTM().inverse();
    const inside = [];
    const touched = [];
    for (const node of nodes) {
      const held = rim(node).filter(({ x, y }) =>
        line.isPointInFill(new DOMPoint(x, y).matrixTransform(node.matrix).matrixTransform(back)),
      );
      if (held.length === 17) {
        inside.push(node.index);
      }
      if (held.length > 0) {
        touched.push(node.index);
      }
    }
    return { index: Number(group.dataset.index), inside, touched };
  });
  const overlaps = nodes.flatMap((a) =>
    nodes.flatMap((b) => {
      const away = Math.hypot(a.matrix.e - b.matrix.e, a.matrix.f - b.matrix.f) / a.matrix.a;
      return a.index < b.index && away <= a.radius + b.radius ? [`${a.index} ${b.index}`] : [];
    }),
  );
  return { nodes: nodes.map(({ index }) => index), parts, overlaps };
}

/** Puts a mark on each element of a drawing, which only the same elements have later. */
export function tagElements(id) {
  for (const group of document.querySelectorAll(
    `.stage svg[data-id="${id}"], .stage svg[data-id="${id}"] [data-kind]`,
  )) {
    group.tag = group.dataset.kind
      ? `${group.dataset.kind} ${group.getAttribute("aria-label").split(",")[0]}`
      : "svg";
  }
}

/** The marks that elements of a drawing still have, and how many have none. */
export function tagsOf(id) {
  const groups = [
    ...document.querySelectorAll(`.stage svg[data-id="${id}"], .stage svg[data-id="${id}"] [data-kind]`),
  ];
  return {
    kept: groups.flatMap(({ tag }) => (tag ? [tag] : [])),
    fresh: groups.filter(({ tag }) => !tag).length,
  };
}

/** The values that an attribute has from now on, each once, until it has changed and then stood still. */
export function valuesUntilStill({ selector, attribute }) {
  const stillFrames = 30;
  return new Promise((resolve) => {
    const found = new Set();
    let still = 0;
    (function look() {
      const value = document.querySelector(selector)?.getAttribute(attribute);
      const seen = found.size;
      if (value !== undefined) {
        found.add(value);
      }
      still = found.size > seen ? 0 : still + 1;
      if (found.size > 1 && still >= stillFrames) {
        resolve([...found]);
      } else {
        requestAnimationFrame(look);
      }
    })();
  });
}

/** Resolves when the page has drawn itself and changes no more. */
export function untilDrawn() {
  const stillFrames = 6;
  return new Promise((resolve) => {
    let before = "";
    let still = 0;
    (function look() {
      const now = document.body.innerHTML;
      still = now === before ? still + 1 : 0;
      before = now;
      if (still >= stillFrames) {
        resolve();
      } else {
        requestAnimationFrame(look);
      }
    })();
  });
}

/** What has the keyboard, as it is read out. */
export function focusedOf() {
  const focused = document.activeElement;
  return focused === document.body ? "" : (focused.getAttribute("aria-label") ?? focused.textContent);
}

/** A place on a path, at a share of its length, in client px. */
export function placeOnPath(path, share) {
  const { x, y } = path.getPointAtLength(path.getTotalLength() * share);
  const at = new DOMPoint(x, y).matrixTransform(path.getScreenCTM());
  return { x: at.x, y: at.y };
}

/** The cards of the gallery near its upper end, with their distance from it. */
export function cardsInSight() {
  const { top } = document.querySelector(".gallery").getBoundingClientRect();
  return [...document.querySelectorAll(".card")]
    .map((card) => ({ id: card.dataset.id, top: Math.round(card.getBoundingClientRect().top - top) }))
    .filter((card) => card.top > -120 && card.top < 200);
}

/** How each card draws: at which scale, how near its nearest discs are, px, and whether names and all else are to be seen. */
export function drawnInCards() {
  return [...document.querySelectorAll(".card")].map((card) => {
    const picture = card.querySelector(".card-picture").getBoundingClientRect();
    const discs = [...card.querySelectorAll(".disc")].map((disc) => {
      const { left, top, width, height } = disc.getBoundingClientRect();
      return { x: left + width / 2, y: top + height / 2 };
    });
    const drawn = card.querySelector(".camera").getBoundingClientRect();
    const names = [...card.querySelectorAll(".node .name")];
    return {
      scale: Number(/scale\(([\d.]+)\)/.exec(card.querySelector(".camera").getAttribute("transform"))[1]),
      nearest: Math.min(
        ...discs.flatMap((a, index) => discs.slice(0, index).map((b) => Math.hypot(a.x - b.x, a.y - b.y))),
      ),
      namesShown: names.length > 0 && names.every((name) => name.getBoundingClientRect().width > 0),
      isInside:
        drawn.left >= picture.left &&
        drawn.right <= picture.right &&
        drawn.top >= picture.top &&
        drawn.bottom <= picture.bottom,
    };
  });
}

/** A place in the window where a pointer meets an element first, if there is one. */
export function placeUnderPointer(element) {
  const { left, right, top, bottom } = element.getBoundingClientRect();
  for (let y = (top + bottom) / 2; y < bottom; y += 2) {
    for (let x = left; x < right; x += 2) {
      if (document.elementFromPoint(x, y) === element) {
        return { x, y };
      }
    }
  }
  return undefined;
}

/** Names of the diagram shown alone, as they are written, that lie on a ring, a sign, an outline's border or each other. */
export function coveredWords() {
  const stage = document.querySelector(".stage .drawing");
  const scale = stage.querySelector(".overlay").getScreenCTM().a;
  const words = [...stage.querySelectorAll(".name")].map((name) => ({
    text: name.textContent,
    isPart: name.closest(".part") !== null,
    box: name.getBoundingClientRect(),
  }));
  // What is written is lower than its line: capitals and descenders, not the whole box of the font.
  const inkOf = ({ left, right, top, bottom }) => {
    const cut = (bottom - top) * 0.15;
    return { left, right, top: top + cut, bottom: bottom - cut };
  };
  const away = (x, y, box) =>
    Math.hypot(Math.max(box.left - x, x - box.right, 0), Math.max(box.top - y, y - box.bottom, 0));
  const faults = [];
  words.forEach((one, index) => {
    const ink = inkOf(one.box);
    for (const ring of stage.querySelectorAll("circle.halo, .node > .reach, .node > .ring, .node > .disc")) {
      const box = ring.getBoundingClientRect();
      const line = Number.parseFloat(getComputedStyle(ring).strokeWidth) || 0;
      const reach = ring.r.baseVal.value * scale + (ring.matches(".halo") ? (line / 2) * scale : 0);
      const gap = away((box.left + box.right) / 2, (box.top + box.bottom) / 2, ink) - reach;
      if (gap < 0) {
        faults.push(`${ring.getAttribute("class")} at ${one.text}, by ${gap} px`);
      }
    }
    for (const sign of stage.querySelectorAll(".sign")) {
      const box = sign.getBoundingClientRect();
      if (box.left < ink.right && ink.left < box.right && box.top < ink.bottom && ink.top < box.bottom) {
        faults.push(`a sign at ${one.text}`);
      }
    }
    for (const line of stage.querySelectorAll(".part > .line")) {
      if (!one.isPart && line.closest(".ties")) {
        continue;
      }
      const matrix = line.getScreenCTM();
      const length = line.getTotalLength();
      for (let at = 0; at < length; at += 3) {
        const { x, y } = line.getPointAtLength(at).matrixTransform(matrix);
        if (away(x, y, ink) === 0) {
          faults.push(`a border at ${one.text}`);
          break;
        }
      }
    }
    for (const other of words.slice(0, index)) {
      const box = inkOf(other.box);
      if (box.left < ink.right && ink.left < box.right && box.top < ink.bottom && ink.top < box.bottom) {
        faults.push(`${other.text} at ${one.text}`);
      }
    }
  });
  return { faults, words: words.length, rings: stage.querySelectorAll("circle.halo").length };
}

/** What axe complains of, one line for each element: of all that it knows, or of colours alone. */
export async function checkAccess(what) {
  // WCAG 2.5.3, which axe leaves out unless asked: who speaks to a page says what is to be read there.
  const names = "label-content-name-mismatch";
  const rules = {
    all: { rules: { [names]: { enabled: true } } },
    colours: { runOnly: { type: "rule", values: ["color-contrast"] } },
    names: { runOnly: { type: "rule", values: [names] } },
  }[what];
  const { violations } = await window.axe.run(document, { resultTypes: ["violations"], ...rules });
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, any, all, none }) => {
      const reasons = [...any, ...all, ...none].map(({ message }) => message);
      return `${id}: ${html.slice(0, 200)} (${reasons.join("; ").slice(0, 300)})`;
    }),
  );
}

/** From now on the editor answers all requests of a method so. */
export function answerWith({ method, answer }) {
  window.editor.answers[method] = () => answer;
}

/** What a picture, given as base64, shows: its size, the number of pixels with ink, and the values that they have. */
export async function pixelsOf(base64) {
  const image = new Image();
  image.src = `data:image/png;base64,${base64}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = image.naturalWidth;
  canvas.height = image.naturalHeight;
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
  let opaque = 0;
  let black = 0;
  let clear = 0;
  for (let at = 0; at < data.length; at += 4) {
    if (data[at + 3] === 255) {
      opaque++;
    }
    if (data[at + 3] === 0) {
      clear++;
    }
    if (data[at + 3] === 255 && data[at] + data[at + 1] + data[at + 2] === 0) {
      black++;
    }
  }
  return { width: canvas.width, height: canvas.height, corner: data[3], opaque, black, clear };
}

/** The types of what is on the clipboard. */
export async function clipboardTypes() {
  const items = await navigator.clipboard.read();
  return items.flatMap(({ types }) => [...types]);
}

/** Pastes a text where the keyboard is. */
export function pasteText(text) {
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/plain", text);
  const event = new ClipboardEvent("paste", {
    clipboardData,
    bubbles: true,
    cancelable: true,
    composed: true,
  });
  (document.activeElement ?? document.body).dispatchEvent(event);
}

/** Changes colours as the editor does: the variables of the document, and then the classes of its body. */
export async function wearTheme({ all, classes, variables }) {
  const sheet = [...document.styleSheets].find(({ href }) => href?.endsWith("/theme.css"));
  [...sheet.cssRules].find(({ selectorText }) => selectorText === ":root").style.cssText = variables;
  document.body.classList.remove(...all.split(" "));
  document.body.classList.add(...classes.split(" "));
  // The page's controls hear of it, and what moves has come to rest.
  await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  const ending = document
    .getAnimations()
    .filter(({ effect }) => effect.getComputedTiming().endTime < Infinity);
  await Promise.all(ending.map(({ finished }) => finished.catch(() => undefined)));
}

/** Presses keys faster than any frame is drawn, each where the keyboard then is. */
export function pressInTurn(keys) {
  for (const key of keys) {
    const options = { key, bubbles: true, cancelable: true, composed: true };
    document.activeElement.dispatchEvent(new KeyboardEvent("keydown", options));
  }
}
