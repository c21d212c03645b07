/** `npm run bench -- <name>`: each benchmark prints one table and nothing decides on it; people do. */
import { runFusion } from "./fusion.ts";
import { runHooks } from "./hooks.ts";
import { runMakespan } from "./makespan.ts";
import { runQuick } from "./quick.ts";
import { runScale } from "./scale.ts";
import { runVerify } from "./verify.ts";

const BENCHMARKS: Readonly<Record<string, (args: readonly string[]) => Promise<void>>> = {
  fusion: runFusion,
  hooks: runHooks,
  makespan: runMakespan,
  quick: runQuick,
  scale: runScale,
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
