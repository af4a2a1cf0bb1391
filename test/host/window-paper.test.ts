import { describeWindow } from "./extension-host.js";

// At length only: vitest.config.ts leaves it out of what all tests together are.
describeWindow("paper");
