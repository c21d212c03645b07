import type { Registry } from "../../registry/index.ts";
import type { World } from "../context.ts";
import { checkCalls } from "./check-calls.ts";
import { validateFile, type ValidateFlags } from "./validate-file.ts";

export interface Registered {
  readonly done: boolean;
  readonly report: unknown;
  readonly text: string;
}

/** Checks a file and stores it. A refused document is reported like `pattern validate` reports it. */
export async function registerFile(
  world: Pick<World, "loadDocument">,
  registry: () => Promise<Registry>,
  file: string,
  flags: Pick<ValidateFlags, "strict" | "functions"> & { readonly draft?: boolean },
): Promise<Registered> {
  const document = await checkCalls(await world.loadDocument(file, flags.functions), registry);
  const checked = await validateFile(
    { loadDocument: () => Promise.resolve(document) },
    file,
    flags,
  );
  if (document.accepted === undefined || !checked.report.valid) {
    const report = { status: "refused", ...checked.report };
    return { done: false, report, text: checked.text };
  }
  const { definition, plan } = document.accepted;
  const { pattern, created } = await (
    await registry()
  ).registerPattern({
    definition,
    plan,
    sourceFile: document.path,
    ...(flags.draft === true ? { status: "draft" } : {}),
  });
  const { name, version, digest, status } = pattern;
  return {
    done: true,
    report: { name, version, digest, status, created },
    text: `${created ? "registered" : "unchanged"}  ${name} ${version}  ${status}  ${digest.slice(0, 12)}`,
  };
}
