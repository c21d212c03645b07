/** `npm run history:keep -- WORKFLOW_ID NAME`: keeps the history of any run, of a user's bug say, for the replay tests. */
import { join } from "node:path";
import { Client, Connection } from "@temporalio/client";
import { loadConfig } from "../../src/config.ts";
import { saveHistory } from "./save-history.ts";

const [workflowId, name] = process.argv.slice(2);
if (workflowId === undefined || name === undefined || !/^[a-z0-9-]+$/.test(name)) {
  process.stderr.write(
    "Usage: npm run history:keep -- WORKFLOW_ID NAME (letters, digits, dashes)\n",
  );
  process.exit(2);
}

const { temporal, dataDir } = await loadConfig({ cwd: process.cwd(), env: process.env });
const connection = await Connection.connect(temporal.connection ?? { address: "127.0.0.1:7233" });
try {
  const client = new Client({ connection, namespace: temporal.namespace });
  const history = await client.workflow.getHandle(workflowId).fetchHistory();
  const file = join(import.meta.dirname, "../replay/histories", `${name}.json`);
  await saveHistory(file, history, dataDir);
  process.stdout.write(`${String(history.events?.length ?? 0)} events in ${file}\n`);
} finally {
  await connection.close();
}
