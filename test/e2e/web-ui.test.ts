/** The Temporal Web UI, in a real browser, on a finished run: an operator sees Heddle's words without any plugin. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { WorkflowHandle } from "@temporalio/client";
import { chromium, type BrowserContext, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";

import type { JsonObject } from "../../src/core/index.ts";
import { startTemporal, type TemporalServer } from "../../src/devstack/index.ts";
import { readPattern } from "../../src/patterns/index.ts";
import { endingOf, startDocument } from "../support/documents.ts";
import { startEngine, type Engine } from "../support/engine.ts";

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

let folder: string;
let server: TemporalServer;
let engine: Engine;
let browser: BrowserContext;
let page: Page;
let run: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "heddle-web-ui-"));
  // A server of its own: the shared one may be a remote one, whose Web UI we do not know.
  server = await startTemporal({
    dataDir: join(folder, "temporal"),
    namespace: "default",
    port: 0,
    uiPort: 0,
    isDisposable: true,
    report: () => undefined,
  });
  engine = await startEngine({ name: "web-ui", address: server.address });
  browser = await chromium.launchPersistentContext(join(folder, "browser"), {
    executablePath: process.env["CHROMIUM_PATH"] ?? "/usr/bin/chromium",
    headless: true,
    args: FLAGS,
    viewport: { width: 1280, height: 900 },
  });
  page = await browser.newPage();
  page.setDefaultTimeout(120_000);
  run = await runHooked();
});
afterAll(async () => {
  await browser.close();
  await engine.stop();
  await server.child.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Three hooks: one rewrites a step's input, one denies a step, one fails twice and lets it pass. The run's page. */
async function runHooked(): Promise<string> {
  const answer = (outcome: JsonObject): JsonObject => ({
    command: ["sh", "-c", `cat > /dev/null; echo '${JSON.stringify(outcome)}'`],
  });
  const rewrite = { outcome: "modify", input: { command: ["echo", "rewritten"] } };
  const handle = await startDocument(engine, {
    name: "hooked-review",
    hooks: [
      {
        name: "rewrite-command",
        on: "step.before",
        match: { step: "lint" },
        handler: answer(rewrite),
      },
      {
        name: "not-on-friday",
        on: "step.before",
        match: { step: "ship" },
        handler: answer({ outcome: "cancel", reason: "not on a Friday" }),
      },
      {
        name: "flaky-linter",
        on: "step.after",
        match: { step: "lint" },
        handler: { command: ["sh", "-c", "echo 'no rules found' >&2; exit 3"] },
        retry: { maximumAttempts: 2, initialInterval: "10ms" },
      },
    ],
    steps: {
      lint: { run: ["echo", "original"] },
      ship: { needs: ["lint"], run: ["echo", "shipped"], onError: "continue" },
    },
  });
  return pageOf(handle);
}

/** Waits for the run; returns the address of its page. */
async function pageOf(handle: WorkflowHandle): Promise<string> {
  expect(await endingOf(handle)).toMatchObject({ status: "succeeded" });
  const { runId } = await handle.describe();
  const id = encodeURIComponent(handle.workflowId);
  return `${server.uiUrl}/namespaces/default/workflows/${id}/${runId}`;
}

const seen = (text: string | RegExp): Promise<void> => page.getByText(text).first().waitFor();

it("shows the pattern's name as the workflow's type", async () => {
  await page.goto(`${run}/history`);

  await page.getByRole("link", { name: "hooked-review", exact: true }).first().waitFor();
});

it("shows steps and hooks by name beside their activities", async () => {
  await page.goto(`${run}/timeline`);

  await seen("lint");
  await seen("rewrite-command at lint:step.before");
  await seen("not-on-friday at ship:step.before");
});

it("finds runs by the search attribute HeddleStatus", async () => {
  await page.goto(`${run}/search-attributes`);

  await seen(/HeddleStatus/);
  await seen(/succeeded/);
  await seen(/HeddlePattern/);
});

it("shows a table of steps, their states and what hooks decided as the current details", async () => {
  await page.goto(`${run}/user-metadata`);

  const table = page.frameLocator("iframe").getByRole("table").first();
  await table.waitFor();
  const rows = await table.getByRole("row").allInnerTexts();
  expect(rows.map((row) => row.split(/\s+/).join(" "))).toEqual([
    "step state took hooks note",
    expect.stringMatching(/^lint succeeded [\d.]+m?s rewrite-command: modify/) as string,
    expect.stringMatching(/^ship failed [\d.]+m?s not-on-friday: cancel not on a Friday/) as string,
  ]);
});

it("shows of a hooked step which hook ran, what it decided, its retries and the text of its failure", async () => {
  await page.goto(`${run}/user-metadata`);

  const lint = page.frameLocator("iframe").getByRole("row", { name: /^lint / });
  await lint.waitFor();
  const cells = (await lint.innerText()).split(/\s+/).join(" ");
  expect(cells).toContain("rewrite-command: modify");
  expect(cells).toMatch(/flaky-linter: continue \(2 attempts\) failed: .*no rules found/);
});

it("shows the change-review example, which the README pictures", async () => {
  const file = resolve(import.meta.dirname, "../../examples/change-review/pattern.yaml");
  const read = readPattern(await readFile(file, "utf8"));
  if (read.accepted === undefined) throw new Error(JSON.stringify(read.issues));
  const { definition, plan } = read.accepted;
  await engine.registry.registerPattern({ definition, plan, sourceFile: file });
  const handle = await engine.client.workflow.start(plan.name, {
    taskQueue: engine.taskQueue,
    workflowId: "change-review-1",
    args: [{ maxFiles: 3 }],
  });

  await page.setViewportSize({ width: 1280, height: 1660 });
  await page.goto(`${await pageOf(handle)}/timeline`);
  await seen("inside-repository at report:step.before");
  // HEDDLE_WEB_UI_IMAGE=docs/images/web-ui.png draws the README's picture anew: the timeline, since the result above it
  // names folders of this machine.
  const heading = await page.getByRole("heading", { name: "Timeline" }).boundingBox();
  const path = process.env["HEDDLE_WEB_UI_IMAGE"] ?? join(folder, "web-ui.png");
  const y = (heading?.y ?? 0) - 16;
  const clip = { x: 220, y, width: 1060, height: 1660 - y };
  const image = await page.screenshot({ path, clip });
  expect(image.byteLength).toBeGreaterThan(10_000);
});
