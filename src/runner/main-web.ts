import { createMessageConnection, IPCMessageReader, IPCMessageWriter } from "vscode-jsonrpc/node";
import { serve, serveRuns } from "./serve.js";

/* The runner as a worker of a browser: what needs processes is refused in one line. */

const connection = createMessageConnection(new IPCMessageReader(process), new IPCMessageWriter(process));
serveRuns(connection);
const onDesktop = (what: string) => async (): Promise<never> => {
  throw new Error(`${what} from the desktop editor, not from a browser`);
};
serve(connection, "send", onDesktop("runs are sent to a cluster"));
serve(connection, "watch", onDesktop("runs on a cluster are watched"));
serve(connection, "cancelWatched", onDesktop("runs on a cluster are cancelled"));
serve(connection, "installRuntime", onDesktop("TensorFlow's runtime is installed"));
connection.listen();
