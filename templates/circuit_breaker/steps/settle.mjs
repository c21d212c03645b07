/** From the circuit before the call and how the call went, the circuit after it. */
import { json } from "node:stream/consumers";

const { gate, called, failures: limit } = await json(process.stdin);
process.stdout.write(JSON.stringify({ circuit: nextCircuit() }));

function nextCircuit() {
  // Nobody was asked, so nothing is known that was not known before.
  if (gate.state === "open") return gate;
  if (called === "succeeded") return { state: "closed", failures: 0, openedAt: null };
  const failures = gate.failures + 1;
  const opens = gate.state === "halfOpen" || failures >= limit;
  return opens
    ? { state: "open", failures, openedAt: Date.now() }
    : { state: "closed", failures, openedAt: null };
}
