import semver from "semver";
import { z } from "zod";

import { defined, type JsonValue } from "../core/index.ts";
import type { RunOptions } from "./contract.ts";
import { fail } from "./failure.ts";

const OptionsSchema = z.strictObject({
  version: z
    .string()
    .refine((range) => semver.validRange(range) !== null, "is not a semantic version or range")
    .optional(),
  session: z.string().min(1).max(500).optional(),
  workspace: z.string().min(1).optional(),
  hooks: z.json().optional(),
  flags: z.array(z.string().min(1).max(128)).max(100).optional(),
  origin: z.array(z.string().min(1).max(300)).max(50).optional(),
  depth: z.number().int().min(0).max(1000).optional(),
  correlation: z.string().min(1).max(1000).optional(),
  labels: z.array(z.string().min(1).max(200)).max(50).optional(),
});

/**
 * Reads the second argument of a run.
 * @throws ApplicationFailure `OptionsInvalid` with every problem
 */
export function parseOptions(options: JsonValue): RunOptions {
  const parsed = OptionsSchema.safeParse(options ?? {});
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => ({
      path: path.map(String).join("."),
      message,
    }));
    const list = problems.map(({ path, message }) => `${path || "(root)"}: ${message}`);
    throw fail("OptionsInvalid", `The run's options are not valid: ${list.join("; ")}`, {
      problems,
    });
  }
  const { version, session, workspace, hooks, labels, depth, ...others } = parsed.data;
  const { flags, origin, correlation } = others;
  return {
    ...defined({ flags, origin, correlation }),
    ...(version === undefined ? {} : { version }),
    ...(session === undefined ? {} : { session }),
    ...(workspace === undefined ? {} : { workspace }),
    ...(hooks === undefined ? {} : { hooks }),
    ...(labels === undefined ? {} : { labels }),
    ...(depth === undefined ? {} : { depth }),
  };
}
