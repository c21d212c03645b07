/** Hides errors, or switches off what would find them. See ../line-rules.mjs for the fields. */

const SCRIPT = ["javascript", "typescript"];

export const HIDDEN_ERRORS = [
  {
    id: "bare-except",
    excusable: true,
    severity: "warning",
    of: ["python"],
    in: "code",
    when: /^\s*except\s*:/,
    say: "Catches everything, even KeyboardInterrupt. Name the exceptions.",
  },
  {
    id: "ignored-error",
    excusable: true,
    severity: "warning",
    of: ["go"],
    in: "code",
    when: /^\s*_\s*=\s*\w+(\.\w+)*\(/,
    say: "An error may be thrown away here.",
  },
  {
    id: "ignored-error",
    excusable: true,
    severity: "info",
    of: ["shell"],
    in: "code",
    when: /\|\|\s*true\b/,
    say: "A failing command is ignored here. Say why.",
  },
  {
    id: "swallowed-promise",
    excusable: true,
    severity: "warning",
    of: SCRIPT,
    in: "code",
    when: /\.catch\(\s*(\(\s*\w*\s*\)|\w+)\s*=>\s*(\{\s*\}|undefined|null)\s*\)/,
    say: "A failure is swallowed here. Say why it cannot matter.",
  },
  {
    id: "silenced-checker",
    severity: "info",
    of: SCRIPT,
    in: "comment",
    when: /@ts-(ignore|nocheck)|eslint-disable/,
    say: "A checker is switched off. Is the reason written beside it?",
  },
  {
    id: "silenced-checker",
    severity: "info",
    of: ["python"],
    in: "comment",
    when: /#\s*(type:\s*ignore|noqa)\b/,
    say: "A checker is switched off. Is the reason written beside it?",
  },
  {
    id: "any-type",
    severity: "info",
    of: ["typescript"],
    in: "code",
    tests: false,
    when: /(\bas|:)\s+any\b/,
    say: "`any` switches the type checker off here.",
  },
];
