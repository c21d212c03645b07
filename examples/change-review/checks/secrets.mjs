/** Looks for secrets in added lines. What it prints is redacted: reports and histories are kept for long. */
import { answer } from "../lib/program.mjs";
import { changedLines } from "../lib/patch.mjs";
import { checkResult } from "../lib/check.mjs";
import { finding, plural } from "../lib/finding.mjs";
import { hasText, listFiles } from "../lib/files.mjs";
import { ALLOWED, SECRET_FILES, findSecret, redacted } from "../lib/secret-rules.mjs";

await answer(({ change }) => {
  const files = listFiles(change);
  const linesOf = changedLines(change);
  const findings = files.flatMap((file) => [...nameFindings(file), ...lineFindings(file, linesOf)]);
  const looked = files.length === 0 ? undefined : plural(files.length, "file");
  const notChecked = files.filter((file) => file.binary).map((file) => `${file.path}: binary`);
  return checkResult("secrets", findings, { looked, notChecked });
});

function nameFindings(file) {
  if (file.status === "deleted" || !SECRET_FILES.test(file.path)) return [];
  const message = "Files of this name usually hold secrets. Keep them out of the repository.";
  return [finding("warning", "secret-file", file.path, message)];
}

function lineFindings(file, linesOf) {
  if (!hasText(file)) return [];
  return linesOf(file).added.flatMap(({ line, text }) => {
    const found = ALLOWED.test(text) ? undefined : findSecret(text);
    if (found === undefined) return [];
    const shown = found.value === undefined ? "" : ` (${redacted(found.value)})`;
    const message = `Looks like ${found.what}${shown}. Take it out, and revoke it if it was real.`;
    return [finding(severityIn(file), found.rule, file.path, message, { line })];
  });
}

// Test data holds made-up secrets more often than real ones; worth a look, not a stop.
function severityIn(file) {
  return file.test ? "warning" : "error";
}
