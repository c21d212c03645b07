/** The top of the hierarchy: forms teams, and concludes from what their leads report. It never sees a worker. */
import { json } from "node:stream/consumers";

const duties = {
  direct: ({ areas }) => ({
    teams: Object.entries(areas).map(([area, questions]) => ({ area, questions })),
  }),

  conclude: ({ goal, reports }) => ({
    goal,
    complete: reports.every(({ missing }) => missing.length === 0),
    reports,
  }),
};

const { input } = await json(process.stdin);
process.stdout.write(JSON.stringify(duties[input.do](input)));
