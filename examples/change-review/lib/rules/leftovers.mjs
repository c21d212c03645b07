/** Left behind by accident. See ../line-rules.mjs for the fields. */
import { CONFLICT_MARKER } from "../finding.mjs";

const SCRIPT = ["javascript", "typescript"];

export const LEFTOVERS = [
  {
    id: "conflict-marker",
    severity: "error",
    in: "text",
    when: /^(<{7}|>{7})( |$)/,
    say: CONFLICT_MARKER,
  },
  {
    id: "debugger",
    severity: "error",
    of: SCRIPT,
    in: "code",
    when: /\bdebugger\s*;?\s*$/,
    say: "A debugger statement was left.",
  },
  {
    id: "debugger",
    severity: "error",
    of: ["python"],
    in: "code",
    when: /\bbreakpoint\(\)|\bi?pdb\.set_trace\(/,
    say: "A breakpoint was left.",
  },
  {
    id: "debugger",
    severity: "error",
    of: ["ruby"],
    in: "code",
    when: /\bbinding\.(pry|irb)\b|\bbyebug\b/,
    say: "A breakpoint was left.",
  },
  {
    id: "debug-print",
    severity: "info",
    of: SCRIPT,
    in: "code",
    tests: false,
    when: /\bconsole\.(log|debug|trace|dir)\(/,
    say: "Prints to the console: is it meant to stay?",
  },
  {
    id: "debug-print",
    severity: "info",
    of: ["python"],
    in: "code",
    tests: false,
    when: /^\s*print\(/,
    say: "Prints to the console: is it meant to stay?",
  },
  {
    id: "debug-print",
    severity: "warning",
    of: ["rust", "php"],
    in: "code",
    when: /\bdbg!\(|\b(var_dump|print_r)\(/,
    say: "Debug output was left.",
  },
  {
    id: "focused-test",
    severity: "error",
    of: SCRIPT,
    in: "code",
    when: /\b(it|test|describe|suite)\.only\(|\bf(it|describe)\(/,
    say: "Only this test runs: the others are silently left out.",
  },
  {
    id: "skipped-test",
    severity: "warning",
    of: SCRIPT,
    in: "code",
    when: /\b(it|test|describe|suite)\.(skip|todo)\(|\bx(it|describe)\(/,
    say: "A test is switched off. Say until when, or take it out.",
  },
  {
    id: "skipped-test",
    severity: "warning",
    of: ["python", "go", "java", "kotlin"],
    in: "code",
    when: /@(pytest\.mark|unittest)\.skip\b|\bt\.Skip\(|@(Disabled|Ignore)\b/,
    say: "A test is switched off. Say until when, or take it out.",
  },
];
