import type { Command } from "commander";

import { describeOutcome } from "../../../hooks/index.ts";
import type { HookExecution } from "../../../registry/index.ts";
import { createCommand } from "../../command.ts";
import { withLink, type Invocation, type JsonFlag } from "../../context.ts";
import {
  addExecutionOptions,
  executionFilter,
  type ExecutionFlags,
} from "../../hook/execution-filter.ts";
import { renderTable } from "../../table.ts";

export function createHistoryCommand({ world, perform }: Invocation): Command {
  const command = createCommand("history", "Show what hooks decided, newest first");
  return addExecutionOptions(command, "20").action((flags: ExecutionFlags & JsonFlag) =>
    perform(flags, (output) =>
      withLink(world, async (link) => {
        const filter = executionFilter(flags, new Date());
        const executions = await (await link.registry()).listHookExecutions(filter);
        output.result(executions, renderHistory(executions));
        return 0;
      }),
    ),
  );
}

function renderHistory(executions: readonly HookExecution[]): string {
  if (executions.length === 0) return "no hook ran";
  return renderTable(
    ["STARTED", "HOOK", "POINT", "STEP", "STATUS", "TRIES", "MS", "OUTCOME", "EXECUTION"],
    executions.map((one) => [
      one.startedAt.toISOString(),
      one.hook,
      one.point,
      one.step ?? "-",
      one.status,
      String(one.attempt),
      String(Math.round(one.durationMs)),
      one.error === undefined ? describeOutcome(one.outcome) : firstLine(one.error.message),
      one.executionId,
    ]),
  );
}

function firstLine(text: string): string {
  const [line = ""] = text.split("\n");
  return line.length > 80 ? `${line.slice(0, 79)}…` : line;
}
