/**
 * Rewrites the input of the first step: what people type (nothing, "~/work/app", a sub folder) becomes the
 * top folder of a repository, so that the hooks and steps after it can compare paths.
 */
import { answer } from "../lib/program.mjs";
import { resolveRepository } from "../lib/repository.mjs";

await answer(({ step }) => {
  const given = step.input.with;
  const repository = resolveRepository(
    given.repository,
    process.env.HEDDLE_PATTERN_DIR ?? import.meta.dirname,
  );
  const input = { ...step.input, with: { ...given, repository } };
  return { outcome: "modify", input, message: `Repository: ${repository}` };
});
