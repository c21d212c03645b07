import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { Connection } from "@temporalio/client";
import { HeddleError } from "../core/index.ts";
import { type Child, startChild, stopOrphan } from "./child.ts";
import { choosePort } from "./ports.ts";
import { searchAttributeFlags } from "./search-attributes.ts";
import { findTemporal, type FindOptions } from "./temporal-program.ts";
import { waitUntil } from "./wait-until.ts";

export interface TemporalOptions extends FindOptions {
  readonly namespace: string;
  readonly port?: number | undefined;
  readonly uiPort?: number | undefined;
  /** For tests: nothing is kept. */
  readonly isDisposable?: boolean;
  /** Server settings besides ours, by their dynamic configuration names. */
  readonly dynamicConfig?: Readonly<Record<string, string>>;
}

export interface TemporalServer {
  readonly address: string;
  readonly uiUrl: string;
  readonly child: Child;
}

const PREFERRED_PORT = 7233;
const PREFERRED_UI_PORT = 8233;
const READY_TIMEOUT_MS = 60_000;
const ATTEMPTS = 5;
const STOP_SIGNAL = "SIGTERM";

/**
 * A stock dev server polls its one history shard 20 times a second, so a sequential run takes 100 ms per step; with these
 * it takes 8 ms. It also fails a workflow task during which more than 100 events arrive, as in any wide graph, and the
 * worker has to replay the run.
 */
const DYNAMIC_CONFIG = {
  "history.transferProcessorMaxPollRPS": "2000",
  "history.timerProcessorMaxPollRPS": "2000",
  "history.maximumBufferedEventsBatch": "2000",
  "system.enableActivityEagerExecution": "true",
  "frontend.namespaceRPS.visibility": "200",
};

/** Starts a Temporal dev server with its Web UI, on a database file that outlives it. */
export async function startTemporal(options: TemporalOptions): Promise<TemporalServer> {
  const { dataDir, report, signal } = options;
  const recordFile = join(dataDir, "temporal.json");
  if (await stopOrphan(recordFile, STOP_SIGNAL)) {
    report("Stopped the Temporal server that an earlier, killed start had left running.");
  }
  const { path } = await findTemporal(options);
  for (let attempt = 1; ; attempt += 1) {
    const port = await choosePort({
      purpose: "the Temporal server",
      requested: options.port,
      preferred: PREFERRED_PORT,
      setting: "HEDDLE_TEMPORAL_PORT",
      report,
    });
    const uiPort = await choosePort({
      purpose: "the Temporal Web UI",
      requested: options.uiPort,
      preferred: PREFERRED_UI_PORT,
      setting: "HEDDLE_UI_PORT",
      report,
    });
    const child = await startChild({
      name: "the Temporal server",
      command: [path, ...serverArguments(options, port, uiPort)],
      logFile: join(dataDir, "logs", "temporal.log"),
      recordFile,
      stopSignal: STOP_SIGNAL,
    });
    const address = `127.0.0.1:${port}`;
    try {
      const state = await waitUntil(() => askReady(child, address, options.namespace), {
        timeoutMs: READY_TIMEOUT_MS,
        signal,
      });
      if (state === "ready") return { address, uiUrl: `http://127.0.0.1:${uiPort}`, child };
      const isPortLost = child.logTail().includes("address already in use");
      if (attempt < ATTEMPTS && isPortLost && options.port === undefined) continue;
      throw notStarted(dataDir, child, state);
    } catch (error) {
      await child.stop();
      throw error;
    }
  }
}

function serverArguments(options: TemporalOptions, port: number, uiPort: number): string[] {
  const { dataDir, namespace, isDisposable = false, dynamicConfig } = options;
  const settings = { ...DYNAMIC_CONFIG, ...dynamicConfig };
  mkdirSync(join(dataDir, "temporal"), { recursive: true });
  const storage = [
    ...["--db-filename", join(dataDir, "temporal", "temporal.db")],
    // Survives a kill of the server, which the default does too, at half the price.
    ...["--sqlite-pragma", "journal_mode=WAL", "--sqlite-pragma", "synchronous=NORMAL"],
  ];
  return [
    ...["server", "start-dev", "--ip", "127.0.0.1", "--log-level", "error"],
    ...["--port", String(port), "--ui-port", String(uiPort), "--ui-disable-news-fetch"],
    ...(isDisposable ? [] : storage),
    ...(namespace === "default" ? [] : ["--namespace", namespace]),
    ...Object.entries(settings).flatMap(([k, v]) => ["--dynamic-config-value", `${k}=${v}`]),
    ...searchAttributeFlags(),
  ];
}

/** "ready" when the namespace answers, or how the server ended; undefined while it is on its way. */
async function askReady(
  child: Child,
  address: string,
  namespace: string,
): Promise<string | undefined> {
  if (child.hasExited()) return child.exited;
  let connection: Connection | undefined;
  try {
    connection = await Connection.connect({ address, connectTimeout: "1s" });
    await connection.workflowService.describeNamespace({ namespace });
    return "ready";
  } catch {
    return undefined; // refused or still starting up: asked again until the time is over
  } finally {
    await connection?.close();
  }
}

function notStarted(dataDir: string, child: Child, state: string | undefined): HeddleError {
  const how = state ?? `not ready after ${READY_TIMEOUT_MS / 1000} s`;
  const file = join(dataDir, "temporal", "temporal.db");
  return new HeddleError(
    "TEMPORAL_NOT_STARTED",
    `The Temporal server did not start (${how}). Its last words:\n${child.logTail()}`,
    {
      hint: `Nothing was deleted. If its database is damaged, move it away to start with an empty history: mv "${dataDir}/temporal" "${dataDir}/temporal.broken" (database: ${file}); or set TEMPORAL_ADDRESS to use another server.`,
    },
  );
}
