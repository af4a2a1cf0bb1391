import { isPlainKey } from "../kit/keyboard.js";
import type { Single } from "./single.js";

export interface KeyActions {
  readonly single: Single;
  isSingle(): boolean;
  isCovered(): boolean;
  back(): void;
  find(): void;
  help(): void;
  toggleSpaceTime(): void;
  announce(text: string): void;
}

const pan = 48; // px for one key

/** The keys of the page. Parts of the page that listen while capturing come first, and take keys by `preventDefault()`. */
export function listenToKeys(actions: KeyActions): void {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || !isPlainKey(event) || event.isComposing) {
      return;
    }
    if (actions.isCovered()) {
      return;
    }
    // In a control only Escape is the page's: letters are text there, and arrows move in it.
    const inControl = event.composedPath().some((one) => one instanceof Element && isControl(one));
    if (inControl && event.key !== "Escape") {
      return;
    }
    const isTaken = actions.isSingle() ? singleKey(actions, event) : commonKey(actions, event);
    if (isTaken) {
      event.preventDefault();
    }
  });
}

function isControl(element: Element): boolean {
  return (
    element.matches("input, textarea, select, [role=dialog], [role=menu], dialog, .single-aside") ||
    /^vscode-(text-field|text-area|dropdown|option|checkbox)$/i.test(element.localName)
  );
}

function commonKey(actions: KeyActions, event: KeyboardEvent): boolean {
  switch (event.key) {
    case "f":
    case "F":
    case "/":
      actions.find();
      return true;
    case "?":
      actions.help();
      return true;
  }
  return false;
}

function singleKey(actions: KeyActions, event: KeyboardEvent): boolean {
  const { single } = actions;
  const { camera, view } = single;
  switch (event.key) {
    case "+":
    case "=":
      camera.zoomBy(1.25);
      return true;
    case "-":
    case "_":
      camera.zoomBy(0.8);
      return true;
    case "0":
      camera.fit();
      return true;
    case "s":
    case "S":
      actions.toggleSpaceTime();
      return true;
  }
  const element = view?.elementOf(event.target);
  if (view && element && elementKey(actions, element, event)) {
    return true;
  }
  if (event.key === "Escape") {
    actions.back();
    return true;
  }
  const isOnPage = event.target === document.body || event.target === single.stage;
  if (isOnPage && /^(Arrow|Home)/.test(event.key)) {
    single.focus();
    return true;
  }
  return commonKey(actions, event);
}

function elementKey(
  { single, announce }: KeyActions,
  element: NonNullable<ReturnType<NonNullable<Single["view"]>["elementOf"]>>,
  event: KeyboardEvent,
): boolean {
  const view = single.view!;
  const { key } = event;
  if (event.shiftKey && key.startsWith("Arrow")) {
    const [dx, dy] = { ArrowLeft: [1, 0], ArrowRight: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[key]!;
    single.camera.panBy(dx! * pan, dy! * pan);
    return true;
  }
  if (key === "Enter" || key === " ") {
    single.choose(element, key === "Enter");
    return true;
  }
  const target = view.tree.walk(element, key.length === 1 ? key.toLowerCase() : key);
  if (target) {
    view.setPlace(target, true);
    single.reveal(target);
    return true;
  }
  if (key.toLowerCase() === "p") {
    announce("no part joins several nodes here");
  }
  return /^(Arrow|Home$|End$)/.test(key) || ["e", "p"].includes(key.toLowerCase());
}
