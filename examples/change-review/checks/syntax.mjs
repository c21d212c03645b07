/** Does every changed file still parse? Only parsers that run nothing of what they read; what has none is named. */
import { answer } from "../lib/program.mjs";
import { checkResult } from "../lib/check.mjs";
import { finding, plural } from "../lib/finding.mjs";
import { hasText, listFiles } from "../lib/files.mjs";
import { readContents } from "../lib/blobs.mjs";
import { createParsers } from "../lib/parsers.mjs";

await answer(async ({ change }) => {
  const parsers = createParsers();
  const files = listFiles(change).filter(
    (file) => hasText(file) && !file.generated && parsers.knows(file),
  );
  const contents = readContents(change.repository, files);
  const findings = [];
  const notChecked = [];
  let checked = 0;
  for (const file of files) {
    const { text } = contents.get(file.newBlob);
    const result = text === null ? { skipped: "too large" } : await parsers.parse(file, text);
    if (result.skipped !== undefined) notChecked.push(`${file.path}: ${result.skipped}`);
    else checked += 1;
    if (result.error !== undefined) findings.push(syntaxFinding(file, result.error));
  }
  const looked = checked === 0 ? undefined : plural(checked, "file");
  return checkResult("syntax", findings, { looked, notChecked, facts: { checked } });
});

// A broken file among test data is often broken on purpose.
function syntaxFinding(file, { line, message }) {
  const severity = file.test ? "warning" : "error";
  return finding(
    severity,
    "syntax",
    file.path,
    `Does not parse: ${message}.`,
    line === undefined ? {} : { line },
  );
}
