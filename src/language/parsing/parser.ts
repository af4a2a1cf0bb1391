import {
  type AstNode,
  createLangiumParser,
  type LangiumParser,
  type ParseResult,
  RootCstNodeImpl,
} from "langium";
import { beginning, type Faults, faultProblem } from "../faults.js";
import type { DiagServices } from "../services.js";
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
  /** How many words ahead are told with an error. */
  maxLookahead: number;
  raiseNoAltException(occurrence: number, expected: string | undefined): never;
}

/** Should the parser throw, whatever the text is, its file is read as one that says nothing, with an error that says so. */
function guard(parser: LangiumParser, faults: Faults): void {
  const parse = parser.parse.bind(parser);
  const state = parser as unknown as { stack: unknown[] };
  parser.parse = <T extends AstNode>(...given: Parameters<typeof parse>): ParseResult<T> => {
    try {
      return parse<T>(...given);
    } catch (thrown) {
      faults.tell("the parser", thrown);
      state.stack = [];
      const [text, options] = given;
      const empty = parse<T>("", options);
      const root = new RootCstNodeImpl(text);
      root.astNode = empty.value;
      Object.assign(empty.value, { $cstNode: root });
      const { message } = faultProblem("this file", beginning, thrown);
      return {
        ...empty,
        lexerErrors: [{ offset: 0, line: 1, column: 1, length: Math.min(1, text.length), message }],
      };
    }
  };
}

/**
 * The parser, with an end to its recovery: every error in a repetition takes time and a level of the call
 * stack, so that in a text that is wrong everywhere it would overflow. A declaration with many errors is
 * left at its last token, and a file with very many at its end.
 */
export function createDiagParser(services: DiagServices): LangiumParser {
  const parser = createLangiumParser(services);
  guard(parser, services.validation.Faults);
  const machine = (parser as unknown as { wrapper: Machine }).wrapper;
  const saveError = machine.SAVE_ERROR.bind(machine);
  let input: Token[] | undefined;
  let inFile = 0;
  let inDeclaration = 0;
  let end = -1;
  const raise = machine.raiseNoAltException.bind(machine);
  machine.raiseNoAltException = (occurrence, expected) => {
    // The messages name what a rule is of; to list every way to go on, words ahead, takes a hundredth of a second each time.
    const { maxLookahead } = machine;
    machine.maxLookahead = 1;
    try {
      return raise(occurrence, expected);
    } finally {
      machine.maxLookahead = maxLookahead;
    }
  };
  machine.SAVE_ERROR = (error) => {
    if (machine.input !== input) {
      input = machine.input;
      inFile = 0;
      end = -1;
    }
    const read = machine.exportLexerState();
    // What a declaration lacks at its end is missed at the first word of the next, which that is no error of.
    const place = input[read]?.endsDeclaration ? read : read + 1;
    if (place > end) {
      end = place;
      while (end < input.length - 1 && !input[end]!.endsDeclaration) {
        end++;
      }
      inDeclaration = 0;
    }
    inFile++;
    inDeclaration++;
    if (inFile > mostErrorsOfFile) {
      machine.moveToTerminatedState();
    } else if (inDeclaration > mostErrorsOfDeclaration && read < end) {
      machine.importLexerState(end - 1);
    }
    return saveError(error);
  };
  return parser;
}
