/** A Temporal server of one test file's own, which suggests to continue as new early. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { startTemporal } from "../../src/devstack/index.ts";

export interface ContinuingServer {
  readonly address: string;
  stop(): Promise<void>;
}

/** @param events how many make a history long */
export async function startContinuingServer(events: number): Promise<ContinuingServer> {
  const dataDir = await mkdtemp(join(tmpdir(), "heddle-continuing-"));
  const server = await startTemporal({
    dataDir,
    namespace: "default",
    port: 0,
    uiPort: 0,
    isDisposable: true,
    dynamicConfig: { "limit.historyCount.suggestContinueAsNew": String(events) },
    report: () => undefined,
  });
  return {
    address: server.address,
    async stop() {
      await server.child.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
