import type { Command } from "commander";

import { describeDocument } from "../../../patterns/index.ts";
import { createCommand } from "../../command.ts";
import type { Invocation, JsonFlag } from "../../context.ts";

export function createSchemaCommand({ perform }: Invocation): Command {
  return createCommand("schema", "Print the JSON Schema of pattern documents, for editors").action(
    (flags: JsonFlag) =>
      perform(flags, (output) => {
        const schema = describeDocument();
        output.result(schema, JSON.stringify(schema, undefined, 2));
        return Promise.resolve(0);
      }),
  );
}
