/** Records how long each step took, in the run's state: the report shows it. */
import { answer } from "../lib/program.mjs";

await answer(({ step }) => {
  const name = step.instance === undefined ? step.id : `${step.id}[${step.instance}]`;
  return { outcome: "continue", state: { [`duration:${name}`]: step.durationMs ?? 0 } };
});
