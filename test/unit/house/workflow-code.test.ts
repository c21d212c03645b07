import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, it, onTestFinished } from "vitest";

import { checkBundle, findWorkflowCode, sdkVersion } from "../../../src/workflow-code.ts";

function bundle(facts?: object): string {
  const folder = mkdtempSync(join(tmpdir(), "heddle-bundle-"));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  if (facts !== undefined) writeFileSync(join(folder, "b.json"), JSON.stringify(facts));
  return join(folder, "b.js");
}

it("refuses a workflow bundle that was made with another version of the SDK", () => {
  const stale = bundle({ sdk: "0.0.1" });

  expect(() => {
    checkBundle(stale);
  }).toThrow(expect.objectContaining({ code: "BUNDLE_OUTDATED" }) as Error);
});

it("takes a bundle of the installed SDK, and one that says nothing of itself", () => {
  expect(() => {
    checkBundle(bundle({ sdk: sdkVersion() }));
    checkBundle(bundle());
  }).not.toThrow();
});

it("falls back to the sources where nothing was built", () => {
  expect(findWorkflowCode()).toEqual({
    workflowsPath: expect.stringMatching(/workflows\/index\.ts$/) as string,
  });
});
