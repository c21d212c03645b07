/** Puts what a peer knows after its turn into the run's state, under the peer's name. */
import { json } from "node:stream/consumers";

const { step } = await json(process.stdin);
const { peer, memory } = step.output;
process.stdout.write(
  JSON.stringify({ outcome: "continue", state: { [`memory of ${peer}`]: memory } }),
);
