import { type SpaceTime, spaceTimeProblem } from "../../spacetime/spacetime.js";
import { isSymbolReference, type SpaceTimeArgument, type SpaceTimeChoice } from "../generated/ast.js";
import { type ProblemList, rangeOf } from "../problem.js";
import { nearestWord, suggestion } from "../spelling.js";
import { constantValue, excerpt } from "./expression.js";

const forms = { sgd: "sgd(N = 10, E = 1, B = 1)", gd: "gd(N = 10, T = 10)" } as const;
const numbersOf = { sgd: ["N", "E", "B"], gd: ["N", "T"] } as const;
const shuffles = ["same", "reshuffled"] as const;

/** The space-time that a verify chooses; `undefined` when it is broken, which then is reported. */
export function checkSpaceTime(choice: SpaceTimeChoice, problems: ProblemList): SpaceTime | undefined {
  const { kind } = choice;
  const numbers = new Map<string, number | undefined>();
  const places = new Map<string, SpaceTimeArgument>();
  let shuffle: (typeof shuffles)[number] = "same";
  let sound = true;
  const refuse = (argument: SpaceTimeArgument, message: string, data?: unknown): void => {
    problems.error("bad-space-time", rangeOf(argument), message, data === undefined ? {} : { data });
    sound = false;
  };
  const wanted: readonly string[] = numbersOf[kind];
  const repeated: SpaceTimeArgument[] = [];
  const meantBy = new Set<string>();
  let unknown = 0;
  const allowed = kind === "sgd" ? [...wanted, "shuffle"] : wanted;
  for (const [index, argument] of choice.arguments.entries()) {
    const name = argument.name ?? wanted[index];
    if (name === undefined) {
      refuse(argument, `\`${kind}\` takes ${wanted.join(", ")}; write \`${forms[kind]}\``);
    } else if (!allowed.includes(name)) {
      const meant = nearestWord(name, allowed);
      if (meant === undefined) {
        unknown++;
      } else {
        meantBy.add(meant);
      }
      refuse(
        argument,
        `\`${kind}\` has no \`${name}\`${suggestion(meant) || `; it takes ${allowed.join(", ")}`}`,
        { name, ...(meant === undefined ? {} : { suggestion: meant }) },
      );
    } else if (places.has(name)) {
      repeated.push(argument);
    } else {
      places.set(name, argument);
      if (name !== "shuffle") {
        numbers.set(
          name,
          constantValue(argument.value, () => undefined, problems),
        );
      } else {
        const text = isSymbolReference(argument.value) ? argument.value.symbol.$refText : "";
        const chosen = shuffles.find((known) => known === text);
        if (chosen) {
          shuffle = chosen;
        } else {
          refuse(
            argument,
            `\`shuffle\` is \`same\` or \`reshuffled\`${suggestion(nearestWord(text, shuffles))}`,
          );
        }
      }
    }
  }
  // What a number with a wrong name stands for does not lack as well.
  const absent = wanted.filter((name) => !places.has(name) && !meantBy.has(name));
  for (const argument of repeated) {
    const [other, ...more] = absent;
    const advice =
      other && more.length === 0 ? `, and \`${other}\` not; call one of them \`${other}\`` : "; remove one";
    refuse(argument, `\`${argument.name}\` is given twice${advice}`);
  }
  const missing = absent.length > unknown + repeated.length ? absent : [];
  if (wanted.some((name) => !places.has(name)) && missing.length === 0) {
    return undefined;
  }
  if (missing.length > 0) {
    problems.error(
      "bad-space-time",
      rangeOf(choice),
      `\`${kind}\` lacks ${missing.join(" and ")}; write \`${forms[kind]}\``,
      { data: { missing } },
    );
    return undefined;
  }
  if (!sound || [...numbers.values()].includes(undefined)) {
    return undefined;
  }
  const value = (name: string): number => numbers.get(name)!;
  const spacetime: SpaceTime =
    kind === "gd"
      ? { kind, N: value("N"), T: value("T") }
      : { kind, N: value("N"), E: value("E"), B: value("B"), shuffle };
  const problem = spaceTimeProblem(spacetime, (name) => excerpt(places.get(name)!.value));
  if (problem === undefined) {
    return spacetime;
  }
  const named = places.get(/^\w+/.exec(problem)?.[0] ?? "");
  problems.error("bad-space-time", named ? rangeOf(named) : rangeOf(choice), problem);
  return undefined;
}
