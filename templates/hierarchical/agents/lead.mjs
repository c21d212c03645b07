/** A team's lead: splits the team's part among workers, and reports upwards what they found and what is missing. */
import { json } from "node:stream/consumers";

const duties = {
  assign: ({ team }) => ({
    area: team.area,
    tasks: team.questions.map((question) => ({ area: team.area, question })),
  }),

  // A worker that failed has left null in its place.
  combine: ({ assigned, answers }) => ({
    area: assigned.area,
    answers: answers.filter((answer) => answer !== null),
    missing: assigned.tasks
      .filter((_task, index) => answers[index] === null)
      .map(({ question }) => question),
  }),
};

const { input } = await json(process.stdin);
process.stdout.write(JSON.stringify(duties[input.do](input)));
