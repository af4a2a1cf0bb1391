import { GrammarUtils } from "langium";
import {
  type ChoiceParameter,
  type Descent,
  exampleOf,
  infinite,
  numbersOf,
  type OptimiserRecord,
  optimiserNamed,
  optionsOf,
  type Parameter,
  placeArguments,
  type SpaceTime,
  spaceTimeOf,
  spaceTimeProblem,
} from "../../optimisers/index.js";
import { isSymbolReference, type SpaceTimeArgument, type SpaceTimeChoice } from "../generated/ast.js";
import { type ProblemList, type Range, rangeOf, span } from "../problem.js";
import { nearestWord, suggestion } from "../spelling.js";
import { constantValue, excerpt } from "./expression.js";

/** Whether an argument is for a choice between words, so that what stands there is one of them and no constant. */
export function isChoice({ $container, name }: SpaceTimeArgument): boolean {
  const parameters = optimiserNamed($container.kind)?.parameters ?? [];
  return parameters.some((parameter) => parameter.kind === "choice" && parameter.name === name);
}

/** The space-time that a verify chooses; `undefined` when it is broken, which then is reported. */
export function checkSpaceTime(choice: SpaceTimeChoice, problems: ProblemList): SpaceTime | undefined {
  const first = checkDescent(choice, problems);
  if (choice.minus === undefined) {
    return first;
  }
  const minus = checkDescent(choice.minus, problems);
  if (choice.minus.minus !== undefined) {
    problems.error(
      "bad-space-time",
      rangeOf(choice.minus.minus),
      "a difference has two descents; remove this one, or verify it in a block of its own",
    );
    return undefined;
  }
  return first && minus && { first, minus };
}

/** Where a descent stands, without what is taken off it. */
function rangeOfDescent(choice: SpaceTimeChoice): Range {
  const end = GrammarUtils.findNodeForKeyword(choice.$cstNode, ")");
  return end === undefined ? rangeOf(choice) : span(rangeOf(choice), end.range);
}

/** One of the descents, without what is taken off it. */
export function checkDescent(choice: SpaceTimeChoice, problems: ProblemList): Descent | undefined {
  const record = optimiserNamed(choice.kind);
  return record && new SpaceTimeCheck(choice, record, problems).value();
}

/** Whether an argument is `inf`, for a number that has a limit. */
function isInfinite({ value }: SpaceTimeArgument, parameter: Parameter): boolean {
  return (
    parameter.kind === "whole number" &&
    parameter.hasLimit === true &&
    isSymbolReference(value) &&
    value.symbol?.$refText === infinite
  );
}

class SpaceTimeCheck {
  private readonly values = new Map<string, number | string | undefined>();
  private readonly places = new Map<string, SpaceTimeArgument>();
  private sound = true;

  constructor(
    private readonly choice: SpaceTimeChoice,
    private readonly record: OptimiserRecord,
    private readonly problems: ProblemList,
  ) {}

  value(): Descent | undefined {
    const { choice, record, problems } = this;
    if (!this.readAll() || !this.sound || [...this.values.values()].includes(undefined)) {
      return undefined;
    }
    const given = Object.fromEntries([...this.values].map(([name, value]) => [name, value!]));
    const spacetime = spaceTimeOf(record, given);
    const problem = spaceTimeProblem(spacetime, (name) => excerpt(this.places.get(name)!.value));
    if (problem === undefined) {
      return spacetime;
    }
    const named = this.places.get(/^\w+/.exec(problem)?.[0] ?? "");
    problems.error("bad-space-time", named ? rangeOf(named) : rangeOfDescent(choice), problem);
    return undefined;
  }

  /** Reads the arguments. @returns whether all numbers are given. */
  private readAll(): boolean {
    const { choice, record, problems } = this;
    const { name: kind } = record;
    const example = exampleOf(record);
    const names = numbersOf(record).map(({ name }) => name);
    const { places, missing } = placeArguments(
      record,
      choice.arguments.map(({ name }) => name),
    );
    const repeated: SpaceTimeArgument[] = [];
    const meantBy = new Set<string>();
    let unknown = 0;
    for (const [index, argument] of choice.arguments.entries()) {
      const place = places[index]!;
      if (place.kind === "surplus") {
        this.refuse(argument, `\`${kind}\` takes ${names.join(", ")}; write \`${example}\``);
      } else if (place.kind === "unknown") {
        const meant = this.refuseName(argument, place.name);
        if (meant === undefined) {
          unknown++;
        } else {
          meantBy.add(meant);
        }
      } else if (place.kind === "repeated") {
        repeated.push(argument);
      } else {
        const { parameter } = place;
        this.places.set(parameter.name, argument);
        this.values.set(
          parameter.name,
          parameter.kind === "choice"
            ? this.option(argument, parameter)
            : isInfinite(argument, parameter)
              ? Number.POSITIVE_INFINITY
              : constantValue(argument.value, () => undefined, problems),
        );
      }
    }
    // What a number with a wrong name stands for does not lack as well.
    const absent = missing.map(({ name }) => name).filter((name) => !meantBy.has(name));
    for (const argument of repeated) {
      const [other, ...more] = absent;
      const advice =
        other && more.length === 0 ? `, and \`${other}\` not; call one of them \`${other}\`` : "; remove one";
      this.refuse(argument, `\`${argument.name}\` is given twice${advice}`);
    }
    if (absent.length > unknown + repeated.length) {
      const message = `\`${kind}\` lacks ${absent.join(" and ")}; write \`${example}\``;
      problems.error("bad-space-time", rangeOfDescent(choice), message, { data: { missing: absent } });
    }
    return missing.length === 0;
  }

  /** @returns the parameter that was meant, if there is one. */
  private refuseName(argument: SpaceTimeArgument, name: string): string | undefined {
    const allowed = this.record.parameters.map((parameter) => parameter.name);
    const meant = nearestWord(name, allowed);
    this.refuse(
      argument,
      `\`${this.record.name}\` has no \`${name}\`${suggestion(meant) || `; it takes ${allowed.join(", ")}`}`,
      { name, ...(meant === undefined ? {} : { suggestion: meant }) },
    );
    return meant;
  }

  private option(argument: SpaceTimeArgument, parameter: ChoiceParameter): string | undefined {
    const text = isSymbolReference(argument.value) ? argument.value.symbol.$refText : "";
    const known = parameter.options.map(({ name }) => name);
    if (known.includes(text)) {
      return text;
    }
    const options = optionsOf(parameter, " or ", (name) => `\`${name}\``);
    this.refuse(argument, `\`${parameter.name}\` is ${options}${suggestion(nearestWord(text, known))}`);
    return undefined;
  }

  private refuse(argument: SpaceTimeArgument, message: string, data?: unknown): void {
    this.problems.error("bad-space-time", rangeOf(argument), message, data === undefined ? {} : { data });
    this.sound = false;
  }
}
