/** Builds the program that the tests of whole processes run, into the folder named by the first argument. */
import { build } from "./lib/build.mjs";

await build(process.argv[2] ?? ".dist-test", { forTests: true });
