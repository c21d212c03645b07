/** How an agent ends its turn. */
import { json } from "node:stream/consumers";

/** The case as it was handed over, and the role this agent was asked in. */
export async function takeCase() {
  const { role, input } = await json(process.stdin);
  // The trail is for people: who had the case, in order.
  return { ...input, trail: [...input.trail, role] };
}

/** The case is settled: this is the step's output. */
export function settle(taken, answer) {
  process.stdout.write(JSON.stringify({ ...taken, answer }));
}

/** Somebody else goes on, with everything that is known by now. */
export function handOver(taken, role, why) {
  const output = { ...taken, notes: [...(taken.notes ?? []), `to ${role}: ${why}`] };
  process.stdout.write(JSON.stringify({ $handoff: role, output }));
}
