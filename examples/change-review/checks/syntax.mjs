/** Does every changed file still parse? Only parsers that run nothing of what they read; what has none is named. */
import { extname } from "node:path/posix";
import { answer } from "../lib/program.mjs";
import { checkResult } from "../lib/check.mjs";
import { finding, plural } from "../lib/finding.mjs";
import { hasText, listFiles } from "../lib/files.mjs";
import { languageOfScript } from "../lib/languages.mjs";
import { readContents } from "../lib/blobs.mjs";
import { createParsers } from "../lib/parsers.mjs";

// Each JavaScript file costs a process: more than this would outlast the step's timeout.
const MAX_FILES = 1000;

await answer(({ change }) => {
  const parsers = createParsers();
  const candidates = listFiles(change).filter(
    (file) => hasText(file) && !file.generated && (parsers.knows(file) || mayBeScript(file)),
  );
  const files = candidates.slice(0, MAX_FILES);
  const contents = readContents(change.repository, files);
  const findings = [];
  const notChecked = [];
  let checked = 0;
  for (const listed of files) {
    const { text } = contents.get(listed.newBlob);
    const file = parsers.knows(listed) ? listed : asScript(listed, text);
    if (!parsers.knows(file)) continue;
    const result = text === null ? { skipped: "too large" } : parsers.parse(file, text);
    if (result.skipped !== undefined) notChecked.push(`${file.path}: ${result.skipped}`);
    else checked += 1;
    if (result.error !== undefined) findings.push(syntaxFinding(file, result.error));
  }
  if (candidates.length > MAX_FILES)
    notChecked.unshift(`${candidates.length - MAX_FILES} files: too many`);
  const looked = checked === 0 ? undefined : plural(checked, "file");
  return checkResult("syntax", findings, { looked, notChecked, facts: { checked } });
});

function mayBeScript({ language, path }) {
  return language === "other" && extname(path) === "";
}

function asScript(file, text) {
  return { ...file, language: languageOfScript(text ?? "") };
}

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
