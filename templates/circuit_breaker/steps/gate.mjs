/** Reads the circuit as the runs before left it, and decides whether the service may be called. */
import { json } from "node:stream/consumers";

const { circuit, openSeconds } = await json(process.stdin);
const { state, failures, openedAt } = circuit ?? { state: "closed", failures: 0, openedAt: null };
if (process.env.HEDDLE_SESSION === undefined) {
  process.stderr.write("The circuit is kept in a session: start the run with --session <name>\n");
  process.exitCode = 1;
} else {
  const rested = state === "open" && Date.now() - openedAt >= openSeconds * 1000;
  process.stdout.write(JSON.stringify({ state: rested ? "halfOpen" : state, failures, openedAt }));
}
