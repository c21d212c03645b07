/** `npm run bench -- <name>`: each benchmark prints one table and nothing decides on it; people do. */
import { runQuick } from "./quick.ts";
import { runVerify } from "./verify.ts";

const BENCHMARKS: Readonly<Record<string, (args: readonly string[]) => Promise<void>>> = {
  quick: runQuick,
  verify: runVerify,
};

const [name = "", ...args] = process.argv.slice(2);
const benchmark = BENCHMARKS[name];
if (benchmark === undefined) {
  process.stderr.write(
    `There is no benchmark ${JSON.stringify(name)}. Choose one of: ${Object.keys(BENCHMARKS).join(", ")}\n`,
  );
  process.exitCode = 2;
} else {
  await benchmark(args);
}
