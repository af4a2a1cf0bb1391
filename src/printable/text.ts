/** A text that is cut when it is longer than so many characters. */
export function cutText(text: string, most: number): string {
  const characters = [...text];
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join("")}…`;
}

/** What a message quotes of a source, cut like {@link cutText} but with points that can be typed. */
export function quotedText(text: string, most: number): string {
  const characters = [...text];
  return characters.length <= most ? text : `${characters.slice(0, most - 3).join("")}...`;
}

/**
 * A count with what is counted: `1 edge`, `2,000 edges`.
 * @param one what one of them is called, with its verb where there is one: `task is`.
 * @param several what other counts of them are called; with an s where absent.
 */
export function counted(count: number, one: string, several = `${one}s`): string {
  return `${count.toLocaleString("en-US")} ${count === 1 ? one : several}`;
}

/**
 * Some of several with the verb that goes with how many they are: `1 of 12 shards is`, `2 of 12 shards are`.
 * @param one what one of all of them is called. @param verbs of one, and of any other number.
 */
export function countedPart(
  some: number,
  all: number,
  one: string,
  [verb, verbs]: readonly [string, string] = ["is", "are"],
): string {
  return `${some.toLocaleString("en-US")} of ${counted(all, one)} ${some === 1 ? verb : verbs}`;
}

/** A whole number, raised: `⁻¹²`. */
export function superscript(power: number): string {
  const digits = [...String(Math.abs(power))].map((digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(digit)]).join("");
  return power < 0 ? `⁻${digits}` : digits;
}

/** A name as that of a file on any disk; `otherwise` when nothing of it can stand there. */
export function fileNameOf(name: string, otherwise: string): string {
  return (
    name
      .replace(/[^\p{L}\p{N}_-]+/gu, "-")
      .replace(/^-+|-+$/g, "")
      .slice(0, 80) || otherwise
  );
}

/** Larger numbers have no zeros in the place of digits that are not known. */
const largestFilled = 1e7;

/**
 * A finite number rounded to so many significant digits, as short as that allows. Where zeros before the point would stand for
 * digits of a large one it is written with a power of ten: `1.86432e16`.
 */
export function roundedText(value: number, digits: number): string {
  const rounded = Number(value.toPrecision(digits));
  const size = Math.abs(rounded);
  const isFilled = rounded !== value && size >= largestFilled && size >= 10 ** digits;
  return (isFilled ? rounded.toExponential() : String(rounded)).replace("e+", "e");
}

/** Which of some: `first`, `second`; from the sixth on in digits. */
export function ordinal(n: number): string {
  return ["zeroth", "first", "second", "third", "fourth", "fifth"][n] ?? `${n}th`;
}
