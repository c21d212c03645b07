/** The supervisor: plans, judges, concludes. Reads `{ input: { do, ... } }` from stdin, answers JSON on stdout. */
import { json } from "node:stream/consumers";

const duties = {
  /** One task per passage. */
  plan: ({ goal }) => ({
    tasks: goal.passages.map((passage, index) => ({
      id: `task-${index + 1}`,
      passage,
      maxWords: goal.maxWords,
    })),
  }),

  /** Accepts, or says what is wrong, so that the worker can do better. */
  judge({ task, answer }) {
    const problem = problemOf(answer.summary, task);
    return { task: task.id, accepted: problem === null, reason: problem };
  },

  conclude: ({ answers }) => ({ answers }),
};

function problemOf(summary, { maxWords }) {
  const words = summary.split(" ").length;
  if (words > maxWords) return `${words} words, but at most ${maxWords}`;
  return summary.endsWith("?") ? "a question, not a summary" : null;
}

const { input } = await json(process.stdin);
process.stdout.write(JSON.stringify(duties[input.do](input)));
