/**
 * Gives the projects that run workflows a database, a Temporal server (TEMPORAL_ADDRESS, or a dev server that lives as long
 * as the run) and the workflow bundle, made once: bundling takes longer than most tests.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Connection } from "@temporalio/client";
import type { TestProject } from "vitest/node";
import { bundleWorkflows } from "../../src/bundle-workflows.ts";
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
  const [databaseLeft, temporal, bundle] = await Promise.allSettled([
    setupDatabase(project),
    joinService("temporal", startServer),
    joinService("bundle", makeBundle),
  ]);
  const leave = async (): Promise<void> => {
    if (databaseLeft.status === "fulfilled") await databaseLeft.value();
    if (temporal.status === "fulfilled") await temporal.value.leave();
    if (bundle.status === "fulfilled") await bundle.value.leave();
  };
  try {
    if (databaseLeft.status === "rejected") throw databaseLeft.reason;
    project.provide("temporalAddress", valueOf(temporal).address);
    project.provide("temporalUiUrl", valueOf(temporal).uiUrl);
    project.provide("workflowBundlePath", valueOf(bundle));
    return leave;
  } catch (error) {
    // vitest calls no teardown of a setup that failed, and the servers would be left behind.
    await leave();
    throw error;
  }
}

function valueOf<T>(result: PromiseSettledResult<{ readonly value: T }>): T {
  if (result.status === "rejected") throw result.reason;
  return result.value.value;
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
  const code = await bundleWorkflows(resolve(import.meta.dirname, "../../src/workflows/index.ts"));
  const path = join(folder, "workflow-bundle.js");
  await writeFile(path, code);
  return { value: path, stop: () => rm(folder, { recursive: true, force: true }) };
}
