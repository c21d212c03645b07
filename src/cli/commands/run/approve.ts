import type { Command } from "commander";

import { HeddleError } from "../../../core/index.ts";
import type { PendingApproval, RunHandle } from "../../../client/index.ts";
import { createCommand } from "../../command.ts";
import { withLink, type Invocation, type JsonFlag } from "../../context.ts";
import { readInput } from "../../input.ts";

interface ApproveFlags extends JsonFlag {
  readonly deny?: boolean;
  readonly step?: string;
  readonly comment?: string;
  readonly by?: string;
  readonly input?: string;
}

export function createApproveCommand({ world, perform }: Invocation): Command {
  return createCommand("approve", "Decide what a run waits for a person to decide")
    .argument("<id>", "workflow id")
    .option("--step <step>", "the step or approval id; needed when several wait")
    .option("--deny", "deny instead of approving")
    .option("--comment <text>", "why")
    .option("--by <name>", "who decides")
    .option("-i, --input <input>", "edited input: JSON or YAML file, inline JSON, or - for stdin")
    .action((id: string, flags: ApproveFlags) =>
      perform(flags, async (output) => {
        const input = flags.input === undefined ? undefined : await readInput(flags.input, world);
        return withLink(world, async (link) => {
          const run = (await link.client()).run(id);
          const approval = flags.step ?? (await findOnlyApproval(run)).id;
          const decision = flags.deny === true ? "deny" : "approve";
          await run.approve({
            id: approval,
            decision,
            ...(flags.comment === undefined ? {} : { comment: flags.comment }),
            ...(flags.by === undefined ? {} : { by: flags.by }),
            ...(input === undefined ? {} : { input }),
          });
          output.result({ workflowId: id, approval, decision }, `${approval}: ${decision}`);
          return 0;
        });
      }),
    );
}

async function findOnlyApproval(run: RunHandle): Promise<PendingApproval> {
  const { pendingApprovals } = await run.progress();
  const [first, ...others] = pendingApprovals;
  if (first !== undefined && others.length === 0) return first;
  if (first === undefined) {
    throw new HeddleError("UPDATE_REFUSED", `Run ${run.workflowId} waits for nobody's approval.`, {
      hint: `See what it does with: heddle run show ${run.workflowId}`,
    });
  }
  const ids = pendingApprovals.map(({ id }) => id).join(", ");
  throw new HeddleError(
    "UPDATE_REFUSED",
    `Run ${run.workflowId} waits for several approvals: ${ids}`,
    {
      hint: "Name one with --step.",
    },
  );
}
