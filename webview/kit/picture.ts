const largestSide = 16_384; // px: what browsers let a canvas have
const largestArea = 100_000_000; // px², 400 MB

/** A picture of an SVG document as PNG, in px of the document times the scale, on nothing. Fails with an `Error` of one line. */
export async function pngOf(svg: string, scale: number): Promise<Blob> {
  const address = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
  try {
    const image = new Image();
    image.src = address;
    await image.decode().catch(() => {
      throw new Error("the drawing could not be turned into a picture; save it as SVG");
    });
    const width = Math.ceil(image.naturalWidth * scale);
    const height = Math.ceil(image.naturalHeight * scale);
    if (width > largestSide || height > largestSide || width * height > largestArea) {
      throw new Error(`a picture of ${width} × ${height} px is too large; choose a smaller scale, or SVG`);
    }
    const canvas = document.createElement("canvas");
    canvas.width = width;
    canvas.height = height;
    canvas.getContext("2d")!.drawImage(image, 0, 0, width, height);
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
    if (blob === null) {
      throw new Error("the picture could not be made; choose a smaller scale, or SVG");
    }
    return blob;
  } finally {
    URL.revokeObjectURL(address);
  }
}

/** Puts a picture on the clipboard. Fails with an `Error` of one line. */
export async function copyPicture(picture: Blob): Promise<void> {
  try {
    await navigator.clipboard.write([new ClipboardItem({ "image/png": picture })]);
  } catch {
    throw new Error("the clipboard takes no picture here; save it instead");
  }
}

/** What a blob holds, as base64. */
export async function base64Of(blob: Blob): Promise<string> {
  const address = await new Promise<string>((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(new Error("the picture could not be read"));
    reader.readAsDataURL(blob);
  });
  return address.slice(address.indexOf(",") + 1);
}
