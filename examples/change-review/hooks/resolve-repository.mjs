/**
 * Rewrites the input of the first step: what people type (nothing, "~/work/app", a sub folder) becomes the
 * top folder of a repository, so that the hooks and steps after it can compare paths.
 */
import { answer } from "../lib/program.mjs";
import { resolveRepository } from "../lib/repository.mjs";

await answer(({ step }) => {
  const repository = resolveRepository(
    step.input.repository,
    process.env.HEDDLE_PATTERN_DIR ?? import.meta.dirname,
  );
  return {
    outcome: "modify",
    input: { ...step.input, repository },
    message: `Repository: ${repository}`,
  };
});
