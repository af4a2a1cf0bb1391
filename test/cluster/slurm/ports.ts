import { createServer } from "node:net";

/**
 * Ports on loopback that are free, below those that the system gives to whoever connects: what is down for a while finds its
 * own again.
 */
export async function freePorts(count: number): Promise<number[]> {
  const found: number[] = [];
  const [first, last] = [18_000, 32_000];
  let port = first + ((process.pid * 61) % (last - first));
  for (let tried = 0; tried < last - first && found.length < count; tried++) {
    port = port + 1 < last ? port + 1 : first;
    if (await isFree(port)) {
      found.push(port);
    }
  }
  if (found.length < count) {
    throw new Error(`there are no ${count} free ports on loopback between ${first} and ${last}`);
  }
  return found;
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => server.close(() => resolve(true)));
  });
}
