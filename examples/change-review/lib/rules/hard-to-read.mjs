/** Makes the next reader's day harder. See ../line-rules.mjs for the fields. */
export const HARD_TO_READ = [
  {
    id: "open-task",
    severity: "info",
    in: "comment",
    when: /\b(TODO|FIXME|XXX|HACK)\b/,
    say: "Work is left open here.",
  },
  {
    id: "unquoted-variable",
    severity: "info",
    of: ["shell"],
    in: "code",
    when: /\b(rm|cp|mv|cd)\s+(-\w+\s+)*\$\w+/,
    say: "An unquoted variable splits at spaces.",
  },
];
