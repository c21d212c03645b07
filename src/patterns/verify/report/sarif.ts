import type { Issue, JsonObject, Severity } from "../../../core/index.ts";
import { RULES } from "../rules/index.ts";

const LEVELS: Readonly<Record<Severity, string>> = {
  error: "error",
  warning: "warning",
  info: "note",
};

/** Issues of one file. */
export interface FileIssues {
  /** Path or URI, as code scanners expect it: relative to the repository. */
  readonly file: string;
  readonly issues: readonly Issue[];
}

/** Writes issues as SARIF 2.1.0, the format that code scanners and editors read. */
export function toSarif(files: readonly FileIssues[], toolVersion: string): JsonObject {
  const summaries = new Map(RULES.map((rule) => [rule.code, rule.summary]));
  const codes = [
    ...new Set(files.flatMap(({ issues }) => issues.map((issue) => issue.code))),
  ].sort();
  const indexOf = new Map(codes.map((code, index) => [code, index]));
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "heddle",
            semanticVersion: toolVersion,
            rules: codes.map((code) => ({
              id: code,
              shortDescription: { text: summaries.get(code) ?? code },
              help: { text: `Explained in docs/rules/${code}.md` },
            })),
          },
        },
        columnKind: "utf16CodeUnits",
        results: files.flatMap(({ file, issues }) =>
          issues.map((issue) => resultOf(file, issue, indexOf.get(issue.code) ?? -1)),
        ),
      },
    ],
  };
}

function resultOf(file: string, issue: Issue, ruleIndex: number): JsonObject {
  const region =
    issue.line > 0
      ? { region: { startLine: issue.line, startColumn: Math.max(1, issue.column) } }
      : {};
  return {
    ruleId: issue.code,
    ruleIndex,
    level: LEVELS[issue.severity],
    message: { text: `${issue.message}. ${issue.hint}` },
    locations: [
      {
        physicalLocation: { artifactLocation: { uri: encodeURI(file) }, ...region },
        logicalLocations: [{ fullyQualifiedName: issue.path, kind: "member" }],
      },
    ],
  };
}
