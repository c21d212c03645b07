/** Turns a failed optional check into a warning: its step succeeds with a result that says what went wrong. */
import { answerEvent } from "../lib/program.mjs";
import { finding } from "../lib/finding.mjs";

await answerEvent(({ step }) => {
  const printed = printedResult(step.error);
  const reason = printed?.summary ?? step.error?.message ?? "it failed";
  const json = {
    ...(printed ?? {
      check: step.id.replace(/^check-/, ""),
      findings: [],
      omitted: 0,
      notChecked: [],
      facts: {},
    }),
    status: "warned",
    summary: reason,
  };
  const counts = { error: 0, info: 0, ...json.counts, warning: (json.counts?.warning ?? 0) + 1 };
  const findings = [finding("warning", "optional-check", "(the change)", reason), ...json.findings];
  return {
    outcome: "replace",
    output: { exitCode: 1, stdout: "", stderr: reason, json: { ...json, counts, findings } },
    message: `Optional check failed: ${reason}`,
  };
});

/** What the check printed before it said no, if it got that far. */
function printedResult(error) {
  const stdout = error?.details?.stdout;
  if (typeof stdout !== "string" || !stdout.startsWith("{")) return undefined;
  try {
    return JSON.parse(stdout);
  } catch {
    return undefined; // cut off in the middle: the message still says why the check failed
  }
}
