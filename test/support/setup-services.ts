/**
 * Gives the projects that run workflows a database, a Temporal server (TEMPORAL_ADDRESS, or a dev server that lives as long
 * as the run) and the workflow bundle, made once: bundling takes longer than most tests.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Connection } from "@temporalio/client";
import { bundleWorkflowCode, DefaultLogger } from "@temporalio/worker";
import type { TestProject } from "vitest/node";
import { registerSearchAttributes, startTemporal } from "../../src/devstack/index.ts";
import setupDatabase from "./setup-database.ts";
import { joinService } from "./shared-service.ts";

declare module "vitest" {
  interface ProvidedContext {
    temporalAddress: string;
    /** The dev server's Web UI; empty when TEMPORAL_ADDRESS names another server. */
    temporalUiUrl: string;
    workflowBundlePath: string;
  }
}

interface Addresses {
  readonly address: string;
  readonly uiUrl: string;
}

export default async function setupServices(project: TestProject): Promise<() => Promise<void>> {
  const [leaveDatabase, temporal, bundle] = await Promise.all([
    setupDatabase(project),
    joinService("temporal", startServer),
    joinService("bundle", makeBundle),
  ]);
  project.provide("temporalAddress", temporal.value.address);
  project.provide("temporalUiUrl", temporal.value.uiUrl);
  project.provide("workflowBundlePath", bundle.value);
  return async () => {
    await Promise.all([leaveDatabase(), temporal.leave(), bundle.leave()]);
  };
}

async function startServer(): Promise<{ value: Addresses; stop: () => Promise<void> }> {
  const given = process.env["TEMPORAL_ADDRESS"];
  if (given !== undefined && given !== "") {
    const connection = await Connection.connect({ address: given });
    await registerSearchAttributes(connection, "default");
    await connection.close();
    return { value: { address: given, uiUrl: "" }, stop: async () => undefined };
  }
  const dataDir = await mkdtemp(join(tmpdir(), "heddle-test-temporal-"));
  const { address, uiUrl, child } = await startTemporal({
    dataDir,
    namespace: "default",
    port: 0,
    uiPort: 0,
    isDisposable: true,
    report: (line) => process.stderr.write(`${line}\n`),
  });
  const stop = async (): Promise<void> => {
    await child.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
  return { value: { address, uiUrl }, stop };
}

async function makeBundle(): Promise<{ value: string; stop: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), "heddle-test-bundle-"));
  const { code } = await bundleWorkflowCode({
    workflowsPath: resolve(import.meta.dirname, "../../src/workflows/index.ts"),
    logger: new DefaultLogger("ERROR"),
  });
  const path = join(folder, "workflow-bundle.js");
  await writeFile(path, code);
  return { value: path, stop: () => rm(folder, { recursive: true, force: true }) };
}
