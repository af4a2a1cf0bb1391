import { Command, type CommanderError, Option } from "commander";
import { nearestName } from "../language/index.js";
import { Arguments, type OptionRule, UsageError } from "./usage.js";
import type { Terminal, Verb } from "./verb.js";
import { version } from "./version.js";

/** How many characters a line of help has, but for examples. */
const lineOfHelp = 80;

/** What commander hands on where an option stands without a value. */
const nothing = Symbol("nothing");

/**
 * The `diag` command as commander reads it.
 * @param run takes what stood behind a verb, when that is as the verb's rules say.
 * @returns a program whose `parseAsync` throws UsageError for what is not, and CommanderError when help or the version is all
 * that was asked for.
 */
export function programOf(
  verbs: readonly Verb[],
  terminal: Pick<Terminal, "print" | "note">,
  run: (verb: Verb, given: Arguments) => Promise<void>,
): Command {
  const verbOf = (command: Command) => verbs.find(({ name }) => name === command.name())!;
  const termOf = (verb: Verb) => `${verb.name} ${verb.words}`.trimEnd();
  const widest = Math.max(...verbs.map((verb) => termOf(verb).length));
  const program = new Command("diag")
    .description("diagrams of stochastic gradient descent")
    .usage("VERB …")
    .version(version, "-v, --version", "say which version this is")
    .helpCommand(false)
    // Behind a verb all options are the verb's.
    .enablePositionalOptions()
    .showSuggestionAfterError(false)
    .configureHelp({
      optionTerm: ({ flags }) => flags.replace(/ \[(.*)\]$/, " $1").replace(/\.\.\.$/, "…"),
      optionDescription: ({ description }) => description,
      commandUsage: (command) => `${namesOf(command)} ${command.usage()}`.trimEnd(),
      subcommandTerm: (command) => termOf(verbOf(command)),
      // With a blank behind a line's end it is left as it stands, so that examples can be copied: lines are broken here.
      subcommandDescription: (command) =>
        `${wrapped(command.description(), lineOfHelp - widest - 4).join(`\n${" ".repeat(widest + 2)}`)}\n e.g. ${verbOf(command).example}`,
    })
    .configureOutput({
      writeOut: (text) => terminal.print(text.trimEnd()),
      writeErr: (text) => {
        for (const line of text.trimEnd().split("\n")) {
          terminal.note(line);
        }
      },
      // What is wrong is said where it is caught.
      outputError: () => undefined,
    })
    .exitOverride((fault) => {
      throw faultBeforeVerb(fault, verbs);
    })
    .addHelpText(
      "after",
      "\nmy.diag is a file of yours; diag example gauss > my.diag writes one that all of\nthese work on.\ndiag VERB --help says what options a verb takes; every verb but lsp takes\n--json. Exit status: 0 as asked; 1 the answer is no; 2 bad usage or input;\n3 inconclusive.",
    );
  for (const verb of verbs) {
    const command = program
      .command(verb.name)
      .description(verb.summary)
      // Commander has a usage of its own for none.
      .usage(verb.words === "" ? " " : verb.words)
      .allowExcessArguments()
      .exitOverride((fault) => {
        throw faultBehind(verb, fault);
      })
      .addHelpText("after", `\nexample: ${verb.example}`);
    for (const [name, rule] of Object.entries(verb.options)) {
      command.addOption(optionOf(name, rule));
    }
    command.action(() => {
      const given = argumentsOf(command);
      if (given.words.some((word) => word.trim() === "")) {
        throw new UsageError(
          `an argument of diag ${verb.name} is empty, as of a variable that is not set; leave it out, or write what is meant (diag ${verb.name} --help)`,
        );
      }
      const taken = given.words.length === 0 ? fileTaken(verb, given) : undefined;
      if (taken !== undefined) {
        throw new UsageError(taken);
      }
      return run(verb, given);
    });
  }
  return program;
}

/** That an option which takes all words up to the next has taken the file, which then seems to lack. */
function fileTaken({ name, options }: Verb, given: Arguments): string | undefined {
  for (const option of Object.keys(options).filter((one) => options[one]!.takes === "words")) {
    const file = given.list(option).find((word) => word.endsWith(".diag"));
    if (file !== undefined) {
      return `--${option} takes all words up to the next option, ${file} too; write the file first: diag ${name} ${file} --${option} …`;
    }
  }
  return undefined;
}

/** Words in lines of so many characters, as far as words are no longer. */
function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const longer = `${lines.at(-1)} ${word}`;
    if (lines.length > 0 && longer.length <= width) {
      lines[lines.length - 1] = longer;
    } else {
      lines.push(word);
    }
  }
  return lines;
}

/** A command as it is called: `diag check`. */
function namesOf(command: Command): string {
  return command.parent === null ? command.name() : `${namesOf(command.parent)} ${command.name()}`;
}

function optionOf(name: string, rule: OptionRule): Option {
  const { takes, hint = "a value", help, refusal } = rule;
  const shown = takes === "words" ? `${hint}…` : hint;
  const value = takes === "flag" ? "" : takes === "words" ? ` [${hint}...]` : ` [${hint}]`;
  return new Option(`--${name}${value}`, help)
    .hideHelp(refusal !== undefined)
    .preset(nothing)
    .argParser((given: string | typeof nothing, before: readonly string[] | undefined) => {
      if (refusal !== undefined) {
        throw new UsageError(refusal);
      }
      if (before !== undefined && takes !== "words") {
        throw new UsageError(`--${name} is given twice; give it once`);
      }
      if (given !== nothing) {
        return [...(before ?? []), given];
      }
      if (takes !== "flag") {
        throw new UsageError(`--${name} needs ${shown} after it: ${help}`);
      }
      return [];
    });
}

function argumentsOf(command: Command): Arguments {
  const given = command.options.flatMap((option): [string, readonly string[]][] => {
    const values = command.getOptionValue(option.attributeName());
    return values === undefined ? [] : [[option.name(), values]];
  });
  return new Arguments(command.args, new Map(given));
}

/** Options that stand before a verb, or without one. */
const ownWords = ["version", "help"];
const ownOptions = [...ownWords.map((word) => `--${word}`), "-v", "-h"];

/** What was wrong on the way to a verb, in our words. */
function faultBeforeVerb(fault: CommanderError, verbs: readonly Verb[]): Error {
  if (fault.code === "commander.unknownOption") {
    const option = writtenIn(fault).replace(/=.*$/s, "");
    const meant = ownOptions.find(
      (own) =>
        own.slice(1) === option.slice(1).toLowerCase() ||
        own === `--${nearestName(option.replace(/^-+/, ""), ownWords)}`,
    );
    if (meant !== undefined) {
      return new UsageError(
        option === meant
          ? `${meant} takes no value`
          : `unknown option ${option}; did you mean ${meant}? (diag --help)`,
      );
    }
    return new UsageError(
      `${writtenIn(fault)} stands before a verb; write the verb first, such as diag check FILE --json (diag --help)`,
    );
  }
  if (fault.code === "commander.unknownCommand") {
    const names = verbs.map(({ name }) => name);
    const meant = nearestName(writtenIn(fault), names);
    const known = meant === undefined ? `the verbs are ${names.join(", ")}` : `did you mean ${meant}?`;
    return new UsageError(`there is no verb ${writtenIn(fault)}; ${known} (diag --help)`);
  }
  return fault;
}

/** What was wrong behind a verb. */
function faultBehind({ options }: Verb, fault: CommanderError): Error {
  if (fault.code !== "commander.unknownOption") {
    return fault;
  }
  const known = [...Object.keys(options).filter((name) => options[name]!.refusal === undefined), "help"];
  const taken = known.map((name) => `--${name}`);
  const [option] = writtenIn(fault).split("=") as [string];
  const meant = nearestName(option.replace(/^-+/, ""), known);
  const others = meant === undefined ? `this verb takes ${taken.join(", ")}` : `did you mean --${meant}?`;
  return new UsageError(
    taken.includes(option) ? `${option} takes no value` : `unknown option ${option}; ${others}`,
  );
}

/** Commander quotes what was given. */
function writtenIn({ message }: CommanderError): string {
  return message.slice(message.indexOf("'") + 1, message.lastIndexOf("'"));
}
