/** About how wide a sign is, in multiples of the height of an x. */
const widthOfSign = 4 / 3;

/**
 * A formula, broken into lines where it is wider than asked for. Lines begin at the outermost terms, or factors; what
 * stands in parentheses is divided only where it is longer than a line by itself, and a fraction never. Widths are
 * estimates, good to about a tenth.
 * @param widest in multiples of the height of an x
 */
export function breakLines(latex: string, widest: number): string {
  const room = widest / widthOfSign;
  if (spanOf(latex) <= room) {
    return latex;
  }
  const lines: string[] = [];
  let line = "";
  let used = 0;
  const place = (piece: string): void => {
    const span = spanOf(piece);
    // Lines after the first begin a little to the right.
    const most = lines.length === 0 ? room : room - indent;
    if (line !== "" && used + span > most) {
      lines.push(line);
      line = "";
      used = 0;
    }
    line += piece;
    used += span;
  };
  for (const piece of piecesUpTo(latex, room - indent)) {
    place(piece);
  }
  lines.push(line);
  // Behind the mark of alignment a sign would stand apart, as if between two terms.
  lines[0] = lines[0]!.replace(/^[-+]/, "{$&}");
  return lines.length === 1 ? latex : `\\begin{aligned}&${lines.join("\\\\&\\qquad ")}\\end{aligned}`;
}

/** The span of the space before a continued line. */
const indent = 4;

/** Pieces of at most a span, as far as a formula can be divided: terms, then factors, then what stands in parentheses. */
function piecesUpTo(latex: string, most: number): string[] {
  const divided = (piece: string, ways: readonly ((piece: string) => string[])[]): string[] => {
    const [first, ...others] = ways;
    if (first === undefined || spanOf(piece) <= most) {
      return [piece];
    }
    return first(piece).flatMap((part) => divided(part, others));
  };
  const outside = [
    (piece: string) => breakablePieces(piece, "terms"),
    (piece: string) => breakablePieces(piece, "factors"),
  ];
  // Parentheses within parentheses, as deep as predictions have them.
  return divided(latex, [...outside, opened, opened, opened]);
}

/**
 * Pieces of what stands in the outermost parentheses and brackets of a formula. Those that stretch have a fixed size then,
 * because a stretching pair must begin and end on one line.
 */
function opened(latex: string): string[] {
  const pieces: string[] = [];
  let piece = "";
  let depth = 0;
  /** Whether the outermost that has begun is a parenthesis or a bracket, and no group. */
  let isOpen = false;
  const size = /\\frac|\\begin/.test(latex) ? "Big" : "big";
  const cut = () => {
    if (piece !== "") {
      pieces.push(piece);
      piece = "";
    }
  };
  for (const token of latex.match(
    /\\(?:begin|end)\{[a-z]*\}|\\left\\?.|\\right\\?.|\\[A-Za-z]+|\\.|[\s\S]/g,
  ) ?? []) {
    const isBegin = /^(?:\\left|\\begin|[{([])/.test(token) && !/^\\left(?:arrow|right)/.test(token);
    const isEnd = /^(?:\\right|\\end|[})\]])/.test(token) && !/^\\rightarrow/.test(token);
    if (isBegin) {
      depth++;
      if (depth === 1 && !/^(?:\{|\\begin)/.test(token)) {
        isOpen = true;
        piece += token.replace(/^\\left/, `\\${size}l`);
        continue;
      }
    } else if (isEnd) {
      depth--;
      if (depth === 0 && isOpen) {
        isOpen = false;
        piece += token.replace(/^\\right/, `\\${size}r`);
        continue;
      }
    } else if (isOpen && depth === 1 && (token === "+" || token === "-")) {
      cut();
    }
    piece += token;
    if (isOpen && depth === 1 && /^(?:,|\\,|\\quad)$/.test(token)) {
      cut();
    }
  }
  cut();
  return pieces;
}

/** Pieces that joined give the formula, with no break inside of braces, parentheses and matrices. */
export function breakablePieces(latex: string, kind: "terms" | "factors"): string[] {
  const pieces: string[] = [];
  let depth = 0;
  let from = 0;
  const cut = (at: number) => {
    if (at > from) {
      pieces.push(latex.slice(from, at));
      from = at;
    }
  };
  for (let at = 0; at < latex.length; at++) {
    const sign = latex[at]!;
    if (sign === "\\") {
      const command = /^\\(?:[A-Za-z]+|.)/.exec(latex.slice(at, at + 20))?.[0] ?? sign;
      at += command.length - 1;
      if (command === "\\begin") {
        depth++;
      } else if (command === "\\end") {
        depth--;
      } else if (depth === 0 && (command === "\\quad" || (command === "\\," && kind === "factors"))) {
        cut(at + 1);
      }
    } else if ("{([".includes(sign)) {
      depth++;
    } else if ("})]".includes(sign)) {
      depth--;
    } else if (depth === 0 && "+-".includes(sign) && at > 0) {
      cut(at);
    }
  }
  cut(latex.length);
  return pieces;
}

const narrow = new Set([
  "\\,",
  "\\left",
  "\\right",
  "\\!",
  "\\mathrm",
  "\\mathbb",
  "\\mathcal",
  "\\operatorname",
]);

/** About how many signs wide a formula is. */
function spanOf(latex: string): number {
  let at = 0;
  const item = (): number => {
    const sign = latex[at]!;
    if (sign === "{") {
      at++;
      return group();
    }
    if (sign === "^" || sign === "_") {
      at++;
      return at < latex.length ? 0.7 * item() : 0;
    }
    if (sign === "\\") {
      const command = /^\\(?:[A-Za-z]+|.)/.exec(latex.slice(at, at + 20))![0];
      at += command.length;
      if (command === "\\begin") {
        const end = latex.indexOf("\\end", at);
        const rows = latex.slice(latex.indexOf("}", at) + 1, end).split("\\\\");
        at = latex.indexOf("}", end) + 1;
        return 2 + Math.max(...rows.map(spanOf));
      }
      if (command === "\\frac") {
        return Math.max(at < latex.length ? item() : 0, at < latex.length ? item() : 0);
      }
      if (/^\\(?:arc)?(?:cos|sin|tan|log|exp)h?$/.test(command)) {
        return command.length - 1;
      }
      return command === "\\sum" ? 2 : narrow.has(command) ? 0.2 : 1;
    }
    at++;
    return "+-=".includes(sign) ? 2 : sign === " " ? 0 : 1;
  };
  const group = (): number => {
    let span = 0;
    while (at < latex.length && latex[at] !== "}") {
      span += item();
    }
    at++;
    return span;
  };
  let total = 0;
  while (at < latex.length) {
    total += group();
  }
  return total;
}
