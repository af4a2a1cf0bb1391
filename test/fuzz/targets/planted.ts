import { target } from "../target.js";

// Not of the product: it has faults of every kind at known seeds, so that a test can see that they are found.

export default target<number>({
  outcomes: ["read", "refused"],
  make: (random) => Math.floor(random.next() * 1000),
  show: (input) => `number ${input}`,
  attempt(input, random) {
    const fault = process.env.DIAG_FUZZ_PLANTED;
    if (fault === "nothing") {
      return "read";
    }
    if (input % 50 === 7) {
      switch (fault) {
        case "throws":
          throw new TypeError("a fault that was planted");
        case "hangs":
          for (;;) {}
        case "ends":
          process.kill(process.pid, "SIGSEGV");
          for (;;) {}
        case "grows":
          kept.push(Buffer.alloc(300 * 2 ** 20, 1));
          break;
        case "strays":
          void Promise.reject(new Error("nobody waits for it"));
          return new Promise((resolve) => setTimeout(() => resolve("read"), 10));
      }
    }
    return random.chance(0.5) ? "read" : "refused";
  },
});

const kept: Buffer[] = [];
