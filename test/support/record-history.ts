/** `npm run history:record -- WORKFLOW_ID NAME`: keeps the history of a run for the replay tests. */
import { mkdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { Client, Connection } from "@temporalio/client";
import { historyToJSON } from "@temporalio/common/lib/proto-utils.js";
import { loadConfig } from "../../src/config.ts";

const [workflowId, name] = process.argv.slice(2);
if (workflowId === undefined || name === undefined || !/^[a-z0-9-]+$/.test(name)) {
  process.stderr.write(
    "Usage: npm run history:record -- WORKFLOW_ID NAME (letters, digits, dashes)\n",
  );
  process.exit(2);
}

const { temporal } = await loadConfig({ cwd: process.cwd(), env: process.env });
const connection = await Connection.connect(temporal.connection ?? { address: "127.0.0.1:7233" });
try {
  const client = new Client({ connection, namespace: temporal.namespace });
  const history = await client.workflow.getHandle(workflowId).fetchHistory();
  const folder = resolve(import.meta.dirname, "../replay/histories");
  await mkdir(folder, { recursive: true });
  // As the Temporal CLI and the Web UI write it, so that their downloads can be put there too.
  await writeFile(join(folder, `${name}.json`), `${historyToJSON(history)}\n`);
  process.stdout.write(
    `${history.events?.length ?? 0} events in ${join(folder, `${name}.json`)}\n`,
  );
} finally {
  await connection.close();
}
