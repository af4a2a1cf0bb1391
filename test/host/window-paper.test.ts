import { describeWindow } from "./extension-host.js";

describeWindow("paper");
