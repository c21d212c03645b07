import { fileURLToPath } from "node:url";

/** Heddle's own folder. From `src/cli` and from `dist/cli` alike, it is two folders up. */
export const PACKAGE_ROOT = fileURLToPath(new URL("../../", import.meta.url));
