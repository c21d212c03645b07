/**
 * Rewrites the input of the first step: what people type (nothing, "~/code/app", a sub folder) becomes the
 * top folder of a repository, so that the hooks and steps after it can compare paths.
 */
import { answerEvent } from "../lib/program.mjs";
import { resolveRepository, surroundings } from "../lib/repository.mjs";

await answerEvent(({ step }) => {
  const given = step.input.with;
  const repository = resolveRepository(given.repository, surroundings());
  const input = { ...step.input, with: { ...given, repository } };
  return { outcome: "modify", input, message: `Repository: ${repository}` };
});
