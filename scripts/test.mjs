// `npm test`: install, build, verify. Ends with the line `N passed, N failed`.
import { setup } from "./setup.mjs";
import { verify } from "./verify.mjs";

await setup();
process.exitCode = (await verify()) ? 0 : 1;
