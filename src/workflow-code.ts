import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";

import { z } from "zod";

import { HeddleError } from "./core/index.ts";

/** Where a worker takes its workflows from: a bundle made before (fast), or the sources (bundled when it starts). */
export type WorkflowCode = { readonly bundlePath: string } | { readonly workflowsPath: string };

const FactsSchema = z.object({ sdk: z.string() });

/** The bundle that the build left beside this file, or else the sources. */
export function findWorkflowCode(): WorkflowCode {
  const bundlePath = fileURLToPath(new URL("./workflow-bundle.js", import.meta.url));
  if (existsSync(bundlePath)) return { bundlePath };
  // The same line serves src/*.ts under tsx and dist/*.js under node.
  const sources = new URL(`./workflows/index${extname(import.meta.url)}`, import.meta.url);
  return { workflowsPath: fileURLToPath(sources) };
}

/**
 * A bundle holds the SDK's own workflow half: with another version beside it workers fail in obscure ways.
 * @throws HeddleError `BUNDLE_OUTDATED`
 */
export function checkBundle(bundlePath: string): void {
  const facts = `${bundlePath.replace(/\.js$/, "")}.json`;
  // A bundle that a test or a program has just made carries no facts and needs none.
  if (!existsSync(facts)) return;
  const { sdk } = FactsSchema.parse(JSON.parse(readFileSync(facts, "utf8")));
  const installed = sdkVersion();
  if (sdk !== installed)
    throw new HeddleError(
      "BUNDLE_OUTDATED",
      `The workflow bundle ${bundlePath} was made with Temporal's SDK ${sdk}, installed is ${installed}.`,
      { hint: "Build again: npm run build" },
    );
}

/** The version of Temporal's SDK that is installed. */
export function sdkVersion(): string {
  const read = createRequire(import.meta.url);
  return z.object({ version: z.string() }).parse(read("@temporalio/worker/package.json")).version;
}
