import {
  type CancellationToken,
  type Connection,
  ErrorCodes,
  LSPErrorCodes,
  ResponseError,
} from "vscode-languageserver";
import { type FaultListener, faultAtLength, faultInWords } from "../language/faults.js";
import { faultOfParameters } from "./parameters.js";
import { NoText } from "./workspace/document-factory.js";

// The last line of defence of the server: whatever throws costs its own answer only. And what the protocol forbids (a
// request before `initialize`, one after `shutdown`) is answered in a line, where it would wait for ever otherwise.

type Handler = (...given: unknown[]) => unknown;
type Register = (...given: unknown[]) => unknown;

interface State {
  initialized: boolean;
  shutDown: boolean;
}

/** Those that ask for more of what they bring: it goes back as it came. */
const resolving = /Resolve$|\/resolve$/;

/** Those that are answered with nothing when they fail: an editor then shows nothing, where an error is a message. */
const features = /^(?:textDocument|workspace|completionItem|codeAction|codeLens|documentLink|inlayHint)\//;

/**
 * Wraps every handler that will be registered with a connection.
 * @param tell hears of what was thrown.
 */
export function guardConnection(connection: Connection, tell: FaultListener): void {
  hearRefusals(connection);
  const state: State = { initialized: false, shutDown: false };
  const own = connection as unknown as Record<string, unknown>;
  const replace = (name: string, wrap: (handler: Handler) => Handler): void => {
    const register = own[name] as Register;
    own[name] = (handler: Handler) => register(wrap(handler));
  };
  for (const name of Object.keys(own)) {
    if (!/^on[A-Z]/.test(name) || typeof own[name] !== "function" || name === "onProgress") {
      continue;
    }
    if (name === "onRequest" || name === "onNotification") {
      const register = own[name] as Register;
      own[name] = (...given: unknown[]) => {
        const method = methodOf(given[0]);
        const wrap = name === "onRequest" ? guardedRequest : guardedNotification;
        return register(
          ...given.slice(0, -1),
          wrap(method, given.at(-1) as Handler, state, tell, !features.test(method)),
        );
      };
    } else if (name === "onInitialize") {
      replace(name, (handler) => guardedInitialize(handler, state));
    } else if (name === "onShutdown") {
      replace(name, (handler) => guardedShutdown(handler, state, tell));
    } else if (/^on(?:Initialized|Exit|Did|WillSaveTextDocument$)/.test(name)) {
      replace(name, (handler) => guardedNotification(name, handler, state, tell));
    } else {
      replace(name, (handler) => guardedRequest(name, handler, state, tell));
    }
  }
}

/** An editor may refuse to register what it is asked to: the connection logs that in a line, and nobody waits for it. */
function hearRefusals({ client }: Connection): void {
  const register = client.register.bind(client) as (...given: unknown[]) => Promise<unknown>;
  Object.assign(client, {
    register: (...given: unknown[]) => {
      const registered = register(...given);
      registered.catch(() => undefined);
      return registered;
    },
  });
}

function methodOf(given: unknown): string {
  return typeof given === "string" ? given : String((given as { method?: unknown } | undefined)?.method);
}

/** @param answersErrors whether who asked is told what went wrong, in a line. */
function guardedRequest(
  method: string,
  handler: Handler,
  state: State,
  tell: FaultListener,
  answersErrors = false,
): Handler {
  return async (...given) => {
    if (!state.initialized) {
      return new ResponseError(
        ErrorCodes.ServerNotInitialized,
        "the server was asked before it was initialized: send the request `initialize` first",
      );
    }
    if (state.shutDown) {
      return new ResponseError(
        ErrorCodes.InvalidRequest,
        "the server was asked to shut down, and answers nothing more: send the notification `exit`",
      );
    }
    const problem = faultOfParameters(method, given[0]);
    if (problem !== undefined) {
      return new ResponseError(ErrorCodes.InvalidParams, problem);
    }
    try {
      return await handler(...given);
    } catch (thrown) {
      if (thrown instanceof ResponseError) {
        return thrown;
      }
      if ((given[1] as CancellationToken | undefined)?.isCancellationRequested === true) {
        return new ResponseError(LSPErrorCodes.RequestCancelled, "the request was cancelled");
      }
      if (!(thrown instanceof NoText)) {
        tell(method, thrown);
      }
      if (answersErrors) {
        return new ResponseError(ErrorCodes.InternalError, `${method} failed: ${faultInWords(thrown)}`);
      }
      return resolving.test(method) ? given[0] : null;
    }
  };
}

function guardedNotification(method: string, handler: Handler, state: State, tell: FaultListener): Handler {
  return async (...given) => {
    if (!state.initialized && method !== "onExit") {
      return;
    }
    const problem = faultOfParameters(method, given[0]);
    if (problem !== undefined) {
      tell(method, new MalformedNotification(problem));
      return;
    }
    try {
      await handler(...given);
    } catch (thrown) {
      tell(method, thrown);
    }
  };
}

/** What an editor said that the protocol forbids, and that nobody is told of by an answer: the fault is not ours. */
class MalformedNotification extends Error {
  override readonly name = "MalformedNotification";
}

function guardedInitialize(handler: Handler, state: State): Handler {
  return async (...given) => {
    if (state.initialized) {
      return new ResponseError(ErrorCodes.InvalidRequest, "the server was initialized already");
    }
    // At once: what an editor sends behind it without waiting is served, too.
    state.initialized = true;
    try {
      return await handler(...given);
    } catch (thrown) {
      state.initialized = false;
      throw thrown;
    }
  };
}

function guardedShutdown(handler: Handler, state: State, tell: FaultListener): Handler {
  return async (...given) => {
    if (!state.initialized) {
      return new ResponseError(ErrorCodes.ServerNotInitialized, "the server was not initialized");
    }
    state.shutDown = true;
    try {
      return await handler(...given);
    } catch (thrown) {
      tell("shutdown", thrown);
      return null;
    }
  };
}

/** How many different faults are told at length. */
const mostFaults = 100;

/**
 * Tells faults to the log of the editor (its output channel), each once.
 * @param write takes one entry of the log.
 */
export function faultLog(write: (entry: string) => void): FaultListener {
  const told = new Set<string>();
  return (place, thrown) => {
    const entry =
      thrown instanceof MalformedNotification
        ? `a message of the editor was left out: ${faultInWords(thrown)}`
        : `${place} failed; please report this with the text that shows it: ${faultAtLength(thrown)}`;
    if (!told.has(entry) && told.size < mostFaults) {
      told.add(entry);
      write(entry);
    }
  };
}
