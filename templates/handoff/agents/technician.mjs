/** Knows faults. A question that nobody understands goes back to where it came from. */
import { handOver, settle, takeCase } from "./answers.mjs";

const taken = await takeCase();
if (/error|crash|broken/i.test(taken.question)) settle(taken, "Fixed: reload the page.");
else handOver(taken, "triage", "no fault can be seen");
