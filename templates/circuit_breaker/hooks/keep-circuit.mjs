/** Puts the circuit into the run's state, which becomes the session's when the run ends. */
import { json } from "node:stream/consumers";

const { step } = await json(process.stdin);
const { circuit } = step.output.json;
process.stdout.write(JSON.stringify({ outcome: "continue", state: { circuit } }));
