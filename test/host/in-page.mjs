/**
 * Runs in the page: what a reader sees of the images in an element. The ink is the colour of the pixel that is
 * farthest from transparent, which belongs to a glyph.
 */
export function imagesOf(element) {
  const background = (of) => {
    for (let at = of; at !== null; at = at.parentElement) {
      const color = getComputedStyle(at).backgroundColor;
      if (!/, 0\)$|transparent/.test(color)) {
        return color
          .match(/[\d.]+/g)
          .slice(0, 3)
          .map(Number);
      }
    }
    return [255, 255, 255];
  };
  return [...element.querySelectorAll("img")].map((image) => {
    const canvas = document.createElement("canvas");
    canvas.width = image.naturalWidth;
    canvas.height = image.naturalHeight;
    const context = canvas.getContext("2d");
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    let ink = [0, 0, 0, 0];
    for (let at = 0; at < data.length; at += 4) {
      if (data[at + 3] > ink[3]) {
        ink = [...data.slice(at, at + 4)];
      }
    }
    return { ink, background: background(image), width: image.width, alt: image.alt };
  });
}

/** Runs in the page: an element's colours, as CSS writes them. */
export function colorsOf(element) {
  const { color, backgroundColor } = getComputedStyle(element);
  return { color, backgroundColor };
}

/** Runs in the page: what its policy is, and whether it is kept. */
export async function policyOf(body) {
  const { ownerDocument } = body;
  const script = ownerDocument.createElement("script");
  script.textContent = "window.inlineScriptRan = true";
  body.append(script);
  script.remove();
  return {
    policy: ownerDocument.querySelector('meta[http-equiv="Content-Security-Policy"]')?.content ?? "",
    scriptsWithoutNonce: [...ownerDocument.querySelectorAll('script[src*="dist"]')].filter(
      ({ nonce }) => !nonce,
    ).length,
    inlineScriptRan: ownerDocument.defaultView.inlineScriptRan === true,
    fetched: await ownerDocument.defaultView.fetch("data:text/plain,x").then(
      () => true,
      () => false,
    ),
  };
}

/** Whether keys come to this document. */
export function hasKeyboard() {
  return document.hasFocus();
}

/** What has the keyboard in this document, as it is read out; nothing where none has. */
export function focusedIn() {
  return document.activeElement?.getAttribute("aria-label") ?? "";
}
