/** What is known of a whole text before its lines are read. */
export interface TextFacts {
  readonly characters: number;
  /** How many lines it has at most. */
  readonly lines: number;
  /** The first line with a NUL. */
  readonly nulLine?: number;
  /** Whether a space stands before a quote. */
  readonly hasSpacedQuotes: boolean;
}

const [nul, feed, carriage, space, quote] = [0, 10, 13, 32, 34];

/** Looks through a text that comes in parts. */
export class TextSurvey {
  private characters = 0;
  private ends = 0;
  private nulLine: number | undefined;
  private hasSpacedQuotes = false;
  private last = -1;

  add(part: string): void {
    let { last, ends } = this;
    for (let at = 0; at < part.length; at++) {
      const sign = part.charCodeAt(at);
      if (sign === feed) {
        if (last !== carriage) {
          ends++;
        }
      } else if (sign === carriage) {
        ends++;
      } else if (sign === quote) {
        this.hasSpacedQuotes ||= last === space;
      } else if (sign === nul) {
        this.nulLine ??= ends + 1;
      }
      last = sign;
    }
    this.last = last;
    this.ends = ends;
    this.characters += part.length;
  }

  get facts(): TextFacts {
    const { characters, ends, nulLine, hasSpacedQuotes } = this;
    return { characters, lines: ends + 1, ...(nulLine === undefined ? {} : { nulLine }), hasSpacedQuotes };
  }
}
