/** An exact number: a quotient of whole numbers, the lower one positive. Slow, and independent of all that rounds. */
export class Rational {
  static readonly zero = new Rational(0n, 1n);
  static readonly one = new Rational(1n, 1n);

  private constructor(
    readonly over: bigint,
    readonly under: bigint,
  ) {}

  static of(over: bigint, under = 1n): Rational {
    const divisor = commonDivisor(over, under) * (under < 0n ? -1n : 1n);
    return new Rational(over / divisor, under / divisor);
  }

  /** A double, which is a whole number over a power of two. */
  static ofDouble(value: number): Rational {
    let under = 1n;
    let over = value;
    while (!Number.isInteger(over)) {
      over *= 2;
      under *= 2n;
    }
    return Rational.of(BigInt(over), under);
  }

  plus(other: Rational): Rational {
    return Rational.of(this.over * other.under + other.over * this.under, this.under * other.under);
  }

  minus(other: Rational): Rational {
    return this.plus(other.negated());
  }

  times(other: Rational): Rational {
    return Rational.of(this.over * other.over, this.under * other.under);
  }

  dividedBy(other: Rational): Rational {
    return Rational.of(this.over * other.under, this.under * other.over);
  }

  negated(): Rational {
    return new Rational(-this.over, this.under);
  }

  magnitude(): Rational {
    return this.over < 0n ? this.negated() : this;
  }

  get isZero(): boolean {
    return this.over === 0n;
  }

  isAtMost(other: Rational): boolean {
    return this.over * other.under <= other.over * this.under;
  }
}

function commonDivisor(one: bigint, other: bigint): bigint {
  let [a, b] = [one < 0n ? -one : one, other < 0n ? -other : other];
  while (b !== 0n) {
    [a, b] = [b, a % b];
  }
  return a === 0n ? 1n : a;
}
