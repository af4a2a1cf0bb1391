import { defaultTrials } from "../../runs/index.js";
import { formatSpaceTime } from "../../spacetime/index.js";
import { type Asker, after, questionOf } from "./asker.js";
import { type Choices, observablesOn } from "./choices.js";
import { pickMany, typeIn } from "./quick-input.js";
import type { Step } from "./steps.js";
import { readEtas, readSpaceTime, readTrials } from "./typed-values.js";

/* The questions how to train, and what to look at. */

export function spaceTimeStep(asker: Asker): Step<Choices> {
  return {
    isOpen: ({ spacetime }) => spacetime === undefined,
    async ask(state, place) {
      const prompt = "As a file writes it: sgd(N = 10, E = 1, B = 1) or gd(N = 10, T = 10)";
      const question = { ...questionOf(asker, "Space-Time", place, state), prompt };
      return after(await typeIn(question, asker.last.spacetime, readSpaceTime), state, (spacetime) => ({
        spacetime: formatSpaceTime(spacetime),
      }));
    },
  };
}

export function etasStep(asker: Asker): Step<Choices> {
  return {
    isOpen: ({ etas }) => etas === undefined,
    async ask(state, place) {
      const prompt = "One or several, between commas";
      const question = { ...questionOf(asker, "Learning Rates (eta)", place, state), prompt };
      return after(await typeIn(question, asker.last.etas.join(", "), readEtas), state, (etas) => ({ etas }));
    },
  };
}

export function observablesStep(asker: Asker): Step<Choices> {
  return {
    isOpen: ({ observables }) => observables === undefined,
    async ask(state, place) {
      const items = observablesOn(state.weights ?? []).map((label) => ({ label }));
      const isLast = ({ label }: { readonly label: string }): boolean =>
        asker.last.observables.includes(label);
      const selected = items.some(isLast) ? items.filter(isLast) : items.slice(0, 1);
      const question = {
        ...questionOf(asker, "Observables", place, state),
        placeholder: "Choose one number to look at or several",
      };
      return after(await pickMany(question, items, selected), state, (chosen) => ({
        observables: chosen.map(({ label }) => label),
      }));
    },
  };
}

/** How many trials, where the run simulates. */
export function trialsStep(asker: Asker): Step<Choices> {
  const { mostTrials, last } = asker;
  return {
    isOpen: ({ trials }) => mostTrials !== undefined && trials === undefined,
    async ask(state, place) {
      const question = {
        ...questionOf(asker, "Trials", place, state),
        prompt: "How many trainings to simulate for each learning rate",
      };
      const read = (text: string) => readTrials(text, mostTrials ?? Number.MAX_SAFE_INTEGER);
      const reply = await typeIn(question, String(last.trials ?? defaultTrials), read);
      return after(reply, state, (trials) => ({ trials }));
    },
  };
}
