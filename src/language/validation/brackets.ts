// Brackets that do not go together: reading stops somewhere near, and says what it misses there.
import { change, closing, type Reading } from "./place.js";

/** The first bracket of a stretch of a text that is wrong. */
export interface BracketFault {
  readonly start: number;
  readonly end: number;
  /** From here on errors are due to it: the line in which what is wrong begins. */
  readonly from: number;
  readonly message: string;
}

/** Brackets, and what holds no brackets that count. */
const pattern = /\/\/[^\n\r]*|\/\*[^*]*(?:\*+[^*/][^*]*)*(?:\*+\/|\*+)?|"[^"\n\r]*"?|[()[\]{}]/g;

/**
 * Looks for a bracket that is closed by one of another kind, is not closed, or closes nothing. That a block's brace is not
 * closed, or closes early, is for those to say who set declarations apart.
 * @param start where a declaration begins. @param end where it ends at the latest.
 */
export function bracketFault(text: string, start: number, end: number): BracketFault | undefined {
  const open: { sign: string; at: number }[] = [];
  for (const { 0: sign, index } of text.slice(start, end).matchAll(pattern)) {
    const at = start + index;
    if (sign in closing) {
      open.push({ sign, at });
      continue;
    }
    if (!/^[)\]}]$/.test(sign)) {
      continue;
    }
    const top = open.at(-1);
    if (top !== undefined && closing[top.sign] === sign) {
      open.pop();
      if (open.length === 0 && sign === "}") {
        return undefined;
      }
      continue;
    }
    const opening = Object.keys(closing).find((one) => closing[one] === sign)!;
    if (top === undefined || (top.sign === "{" && sign !== "}" && !isLast(text, at, end))) {
      return sign === "}"
        ? undefined
        : fault(text, at, at, `unexpected \`${sign}\`: no \`${opening}\` is open that it closes; remove it`);
    }
    return open.some((one) => one.sign === opening)
      ? unclosed(text, top)
      : fault(text, at, top.at, `\`${top.sign}\` is closed by \`${sign}\`; write \`${meant(text, top)}\``);
  }
  const left = open.findLast(({ sign }) => sign !== "{");
  return left && unclosed(text, left);
}

/** What closes a bracket; an interval has square ones. */
function meant(text: string, { sign, at }: { sign: string; at: number }): string {
  return sign === "(" && /\bin\s*$/.test(text.slice(Math.max(0, at - 20), at)) ? "[…]" : closing[sign]!;
}

function unclosed(text: string, { sign, at }: { sign: string; at: number }): BracketFault {
  return fault(
    text,
    at,
    at,
    `this \`${sign}\` is not closed; put \`${closing[sign]}\` behind what stands in it`,
  );
}

function fault(text: string, at: number, first: number, message: string): BracketFault {
  return {
    start: at,
    end: at + 1,
    from: /[^\n\r]*$/.exec(text.slice(Math.max(0, first - 1000), first))!.index + Math.max(0, first - 1000),
    message,
  };
}

/** Whether nothing but blanks stands behind a sign: there it stands for the brace that is missing. */
function isLast(text: string, at: number, end: number): boolean {
  return /^\s*$/.test(text.slice(at + 1, end));
}

/** How what {@link bracketFault} says is mended, where that is clear. */
export const brackets: Reading = ({ text, start, end, said }) => {
  const written = / is closed by `.`; write `(.)`$/.exec(said)?.[1];
  if (written !== undefined) {
    return { title: `Change to \`${written}\``, pieces: [change(start, end, written)] };
  }
  if (/^unexpected `.`: no `.` is open that it closes; remove it$/.test(said)) {
    return { title: `Remove \`${text.slice(start, end)}\``, pieces: [change(start, end, "")] };
  }
  const missing = /^this `.` is not closed; put `(.)`/.exec(said)?.[1];
  if (missing === undefined) {
    return undefined;
  }
  // At the end of its line, where the next begins something else.
  const line = /[^\n\r]*/.exec(text.slice(end))![0].replace(/\s*(?:\/\/.*)?$/, "");
  const next = text.slice(end).match(/^[^\n\r]*\s*(\S*)/)?.[1] ?? "";
  const at = end + line.length;
  return /^(?:[\p{ID_Start}_]|\}|$)/u.test(next) && line !== "" && !/[{}]/.test(line)
    ? { title: `Put \`${missing}\` at the end of the line`, pieces: [change(at, at, missing)] }
    : { title: "", pieces: [] };
};
