/**
 * Every new run evaluates the bundle: what is in it costs CPU at each start. The ceiling catches the import that pulls in a
 * library (zod alone adds 1.1 MB), which no single file shows.
 */
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { bundleWorkflows } from "../../../src/bundle-workflows.ts";

const CEILING_BYTES = 2_200_000;

test("the workflow bundle stays under 2.2 MB and holds no library of the outside", async () => {
  const code = await bundleWorkflows(
    resolve(import.meta.dirname, "../../../src/workflows/index.ts"),
  );

  const packages = new Set(
    [...code.matchAll(/node_modules\/((?:@[\w.-]+\/)?[\w.-]+)\//g)].map(([, name]) => name),
  );
  expect(Buffer.byteLength(code)).toBeLessThan(CEILING_BYTES);
  for (const heavy of ["zod", "yaml", "pg", "execa", "ajv", "re2js"])
    expect(packages).not.toContain(heavy);
  // The control: names of packages do show in a bundle.
  expect(packages).toContain("@temporalio/workflow");
}, 60_000);
