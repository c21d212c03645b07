/** Puts a verdict into the run's state, under the name of its task. */
import { json } from "node:stream/consumers";

const { step } = await json(process.stdin);
const verdict = step.output;
process.stdout.write(
  JSON.stringify({ outcome: "continue", state: { [`verdict of ${verdict.task}`]: verdict } }),
);
