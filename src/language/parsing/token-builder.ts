import { DefaultTokenBuilder, type Grammar, type TokenBuilderOptions } from "langium";

type Tokens = ReturnType<DefaultTokenBuilder["buildTokens"]>;

/**
 * Lets words begin with keywords (`order1`, `summe`): a keyword that is a word gives way to a longer
 * name. Langium arranges this itself only for names that are not Unicode patterns.
 */
export class DiagTokenBuilder extends DefaultTokenBuilder {
  override buildTokens(grammar: Grammar, options?: TokenBuilderOptions): Tokens {
    const tokens = super.buildTokens(grammar, options);
    if (Array.isArray(tokens)) {
      const name = tokens.find((token) => token.name === "ID")!;
      for (const token of tokens) {
        if (/^\w+$/.test(token.name) && typeof token.PATTERN === "string") {
          token.LONGER_ALT = [name];
        }
      }
    }
    return tokens;
  }
}
