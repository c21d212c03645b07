/** `npm run build`: dist/. */
import { build } from "./lib/build.mjs";
import { ensureInstalled } from "./lib/install.mjs";

ensureInstalled();
const size = await build("dist");
console.log(`dist is ready; workflow bundle ${(size / 1e6).toFixed(2)} MB`);
