/** The worker: summarizes a passage. Ask a model here; this one keeps the first sentence, then the first words. */
import { json } from "node:stream/consumers";

const { input } = await json(process.stdin);
const { task, feedback } = input;
const [sentence] = task.passage.split(/(?<=[.!?])\s/);
const summary =
  feedback === null ? sentence : sentence.split(" ").slice(0, task.maxWords).join(" ");
process.stdout.write(
  JSON.stringify({
    task: task.id,
    summary,
    // For the reader of the result: what this answer was sent back for.
    sentBackFor: feedback?.reason ?? null,
  }),
);
