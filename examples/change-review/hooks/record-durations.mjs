/** Records how long each step took, in the run's state: the report shows it. */
import { answerEvent } from "../lib/program.mjs";

await answerEvent(({ step }) => {
  const name = step.instance === undefined ? step.id : `${step.id}[${step.instance}]`;
  return { outcome: "continue", state: { [`duration:${name}`]: step.durationMs ?? 0 } };
});
