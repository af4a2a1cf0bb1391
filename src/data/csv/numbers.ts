const withPoint = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;
const withComma = /^[+-]?(?:\d+(?:,\d*)?|,\d+)(?:[eE][+-]?\d+)?$/;
/** A comma that may set thousands apart as well as decimals. */
const likeThousands = /^[+-]?[1-9]\d{0,2}(?:,\d{3})+$/;
const missing = /^(?:[+-]?(?:nan|inf|infinity)|<?na>?|n\/a|#n\/a|null|none|nil|nat|[-.?])?$/i;

export function isNumeral(cell: string): boolean {
  return withPoint.test(cell) || withComma.test(cell);
}

/** Whether a cell says that a number is not there or not finite, as programs write it. */
export function isMissing(cell: string): boolean {
  return missing.test(cell);
}

/** Whether a number is written without decimals and without an exponent. */
export function isWhole(cell: string): boolean {
  return /^[+-]?\d+$/.test(cell);
}

/** Whether a number is written with a decimal sign. */
export function hasDecimals(cell: string): boolean {
  return /[.,]/.test(cell);
}

/** Whether a number has an exponent behind `D`, as Fortran writes those of double precision. */
export function isFortran(cell: string): boolean {
  return /^[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)[dD][+-]?\d+$/.test(cell);
}

export function shown(cell: string): string {
  return cell.length > 20 ? `${cell.slice(0, 17)}...` : cell;
}

interface Place {
  readonly cell: string;
  readonly where: string;
}

/**
 * Reads the numbers of one file. All have decimal points, or all decimal commas: which of the two is known
 * only when all have been read.
 */
export class NumeralReader {
  private firstPoint: Place | undefined;
  private firstComma: Place | undefined;
  private commaIsDecimal = false;

  /**
   * The number that a cell stands for, or what is wrong with it.
   * @param where makes the words for its place.
   */
  read(cell: string, where: () => string): number | string {
    if (withPoint.test(cell)) {
      if (this.firstPoint === undefined && cell.includes(".")) {
        this.firstPoint = { cell, where: where() };
      }
      const value = Number(cell);
      return Number.isFinite(value) ? value : `\`${shown(cell)}\` is no finite number`;
    }
    if (withComma.test(cell)) {
      this.firstComma ??= { cell, where: where() };
      this.commaIsDecimal ||= !likeThousands.test(cell);
      const value = Number(cell.replace(",", "."));
      return Number.isFinite(value) ? value : `\`${shown(cell)}\` is no finite number`;
    }
    if (cell === "") {
      return "the cell is empty";
    }
    if (isFortran(cell)) {
      return `\`${shown(cell)}\` has its exponent behind \`${/d/i.exec(cell)![0]}\`, as Fortran writes it; write \`e\` for it`;
    }
    if (/^[+-]?\d[\d.,]*$/.test(cell)) {
      return `\`${shown(cell)}\` has signs that set thousands apart; write it with a decimal point and nothing else`;
    }
    return `\`${shown(cell)}\` is no finite number`;
  }

  /** Whether a comma was among the numbers; all decimals have commas then. */
  get hasCommas(): boolean {
    return this.firstComma !== undefined;
  }

  /** Where commas in numbers leave open what is meant; nothing when they do not. */
  get doubt(): string | undefined {
    const comma = this.firstComma;
    if (!comma) {
      return undefined;
    }
    if (this.firstPoint) {
      const { cell, where } = this.firstPoint;
      return `${comma.where}: \`${shown(comma.cell)}\` has a comma, and \`${shown(cell)}\` of ${where} a point; write all numbers with points`;
    }
    return this.commaIsDecimal
      ? undefined
      : `${comma.where}: \`${shown(comma.cell)}\` may be ${comma.cell.replace(",", ".")} or ${comma.cell.replaceAll(",", "")}; write it without the comma`;
  }
}
