/**
 * Makes a picture the same as another one without replacing the elements that are in both, so that what has the
 * keyboard keeps it. Elements are the same when their names and places are.
 */
export function patchElement(current: Element, wanted: Element): void {
  for (const { name } of [...current.attributes]) {
    if (!wanted.hasAttribute(name)) {
      current.removeAttribute(name);
    }
  }
  for (const { name, value } of wanted.attributes) {
    if (current.getAttribute(name) !== value) {
      current.setAttribute(name, value);
    }
  }
  const old = [...current.childNodes];
  const next = [...wanted.childNodes];
  next.forEach((node, index) => {
    const before = old[index];
    if (before === undefined) {
      current.append(node);
    } else if (before instanceof Element && node instanceof Element && before.nodeName === node.nodeName) {
      patchElement(before, node);
    } else if (before instanceof Text && node instanceof Text) {
      if (before.data !== node.data) {
        before.data = node.data;
      }
    } else {
      before.replaceWith(node);
    }
  });
  for (const node of old.slice(next.length)) {
    node.remove();
  }
}
