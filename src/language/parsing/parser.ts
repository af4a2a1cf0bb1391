import { createLangiumParser, type LangiumCoreServices, type LangiumParser } from "langium";
import type { Token } from "./token.js";

/** After so many errors the rest of a declaration is not read. */
const mostErrorsOfDeclaration = 10;
/** After so many errors the rest of a file is not read. */
const mostErrorsOfFile = 300;

/** The part of the parsing machine that recovery goes through. */
interface Machine {
  input: Token[];
  exportLexerState(): number;
  importLexerState(state: number): void;
  /** Goes to the end of the input. */
  moveToTerminatedState(): void;
  SAVE_ERROR(error: Error): Error;
}

/**
 * The parser, with an end to its recovery: every error in a repetition takes time and a level of the call
 * stack, so that in a text that is wrong everywhere it would overflow. A declaration with many errors is
 * left at its last token, and a file with very many at its end.
 */
export function createDiagParser(services: LangiumCoreServices): LangiumParser {
  const parser = createLangiumParser(services);
  const machine = (parser as unknown as { wrapper: Machine }).wrapper;
  const saveError = machine.SAVE_ERROR.bind(machine);
  let input: Token[] | undefined;
  let inFile = 0;
  let inDeclaration = 0;
  let end = -1;
  machine.SAVE_ERROR = (error) => {
    if (machine.input !== input) {
      input = machine.input;
      inFile = 0;
      end = -1;
    }
    const next = machine.exportLexerState() + 1;
    if (next > end) {
      end = next;
      while (end < input.length - 1 && !input[end]!.endsDeclaration) {
        end++;
      }
      inDeclaration = 0;
    }
    inFile++;
    inDeclaration++;
    if (inFile > mostErrorsOfFile) {
      machine.moveToTerminatedState();
    } else if (inDeclaration > mostErrorsOfDeclaration) {
      machine.importLexerState(end - 1);
    }
    return saveError(error);
  };
  return parser;
}
