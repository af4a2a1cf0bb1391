import { createHash } from "node:crypto";
import { withFile } from "../files/index.js";
import { withoutMark } from "./csv/mark.js";

/**
 * SHA-256 in hexadecimal of a file as it lies on the disk, packed or not, less a mark of the byte order: what tells whether it is still the
 * same without knowing what is read of it.
 * @param most bytes that are read. @param instead what stands for the bytes of a larger one.
 * @throws UnreadableFile.
 */
export async function digestOfFile(
  path: string,
  most: number,
  instead: (size: number) => string,
): Promise<string> {
  return withFile(path, Number.MAX_SAFE_INTEGER, async (file) => {
    const hash = createHash("sha256");
    if (file.size > most) {
      return hash.update(instead(file.size)).digest("hex");
    }
    let isFirst = true;
    for await (const chunk of file.chunks()) {
      hash.update(isFirst ? withoutMark(chunk) : chunk);
      isFirst = false;
    }
    return hash.digest("hex");
  });
}
