/**
 * The reviewer: reads what a change did to one file and says what a careful colleague would point at.
 * It is a program, not a model, so that the example runs anywhere and says the same thing twice; a model
 * would take its place by answering the same JSON.
 */
import { answer } from "../lib/program.mjs";
import { changedLinesOfFile } from "../lib/patch.mjs";
import { capped, countBySeverity, finding, inWords } from "../lib/finding.mjs";
import { isRegular } from "../lib/files.mjs";
import { MAX_TEXT_BYTES, readContents } from "../lib/blobs.mjs";
import { languageOfScript } from "../lib/languages.mjs";
import { readLines } from "../lib/lexer.mjs";
import { rulesFor } from "../lib/line-rules.mjs";
import {
  entryFindings,
  functionFindings,
  largeFile,
  linkFindings,
  removedTests,
} from "../lib/file-rules.mjs";
import { swallowedErrors } from "../lib/swallowed-errors.mjs";

const MAX_FINDINGS = 12;
const MAX_PER_RULE = 3;
const SUBMODULE = "160000";

await answer(({ input }) => {
  const { repository, file } = input;
  const findings = oncePerRule(reviewFile(repository, file));
  const counts = countBySeverity(findings);
  return {
    file: file.path,
    verdict: counts.error > 0 ? "concern" : counts.warning > 0 ? "look" : "fine",
    summary: inWords(counts),
    counts,
    ...capped(findings, MAX_FINDINGS),
  };
});

function reviewFile(repository, file) {
  if (file.newMode === SUBMODULE || file.oldMode === SUBMODULE) return entryFindings(file, 0);
  const gone = file.status === "deleted";
  const content = gone ? undefined : readContents(repository, [file]).get(file.newBlob);
  const found = entryFindings(file, content?.size ?? 0);
  if (gone || file.binary) return found;
  if (content.text === null) return [...found, tooLarge(file, content.size)];
  if (!isRegular(file.newMode)) return [...found, ...linkFindings(file, content.text)];
  return [...found, ...reviewText(repository, withLanguage(file, content.text), content.text)];
}

function withLanguage(file, text) {
  return file.language === "other"
    ? { ...file, language: languageOfScript(text) ?? "other" }
    : file;
}

function reviewText(repository, file, text) {
  const lines = readLines(file.language, text.endsWith("\n") ? text.slice(0, -1) : text);
  const changed = changedLinesOfFile(repository, file);
  return [
    ...lineFindings(file, lines, changed.added),
    ...swallowedErrors(file, lines, changed.added),
    ...functionFindings(file, lines, changed.added),
    ...removedTests(file, changed),
    ...largeFile(file, lines),
  ];
}

function lineFindings(file, lines, added) {
  const rules = rulesFor(file);
  return added.flatMap(({ line }) => {
    const read = lines[line - 1];
    if (read === undefined) return [];
    return rules
      .filter((rule) => rule.matches(read) && !(rule.excusable && isExplained(lines, line)))
      .map(({ id, severity, say }) =>
        finding(severity, id, file.path, say, { line, code: read.text }),
      );
  });
}

// A comment on the line, or alone on the line above.
function isExplained(lines, line) {
  const above = lines[line - 2];
  const aboveIsComment =
    above !== undefined && above.code.trim() === "" && above.comment.trim() !== "";
  return aboveIsComment || lines[line - 1].comment.trim() !== "";
}

// The tenth console.log of a file tells nothing that the third did not.
function oncePerRule(findings) {
  const groups = groupByRule(findings);
  return [...groups.values()].flatMap((group) => {
    if (group.length <= MAX_PER_RULE) return group;
    const kept = group.slice(0, MAX_PER_RULE);
    const last = kept.at(-1);
    const message = `${last.message} (and ${group.length - MAX_PER_RULE} more in this file)`;
    return [...kept.slice(0, -1), { ...last, message }];
  });
}

function groupByRule(findings) {
  const groups = new Map();
  for (const found of findings) groups.set(found.rule, [...(groups.get(found.rule) ?? []), found]);
  return groups;
}

function tooLarge(file, size) {
  const message = `${size} bytes of text: above ${MAX_TEXT_BYTES}, so it was not read.`;
  return finding("info", "too-large-to-read", file.path, message);
}
