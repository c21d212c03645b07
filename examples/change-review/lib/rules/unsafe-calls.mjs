/** Runs, shows or deletes what came from outside. See ../line-rules.mjs for the fields. */

const SCRIPT = ["javascript", "typescript"];

const STATEMENT = String.raw`\s*(?:select\s.+\sfrom|insert\s+into|update\s.+\sset|delete\s+from)\s`;
// A template with a value in it, text with something joined on, or a Python f-string.
const SQL_FROM_PARTS = new RegExp(
  [
    "`" + STATEMENT + "[^`]*\\$\\{",
    `"${STATEMENT}[^"]*"\\s*[+.%]`,
    `'${STATEMENT}[^']*'\\s*[+.%]`,
    `\\bf"${STATEMENT}[^"]*\\{`,
    `\\bf'${STATEMENT}[^']*\\{`,
  ].join("|"),
  "i",
);

export const UNSAFE_CALLS = [
  {
    id: "eval",
    severity: "error",
    of: SCRIPT,
    in: "code",
    when: /(^|[^.\w$])eval\(|\bnew Function\(/,
    say: "Runs text as code.",
  },
  {
    id: "eval",
    severity: "error",
    of: ["python", "php", "ruby"],
    in: "code",
    when: /(^|[^.\w])(eval|exec)\(/,
    say: "Runs text as code.",
  },
  {
    id: "shell-command",
    severity: "warning",
    of: SCRIPT,
    in: "text",
    when: /\bexec(Sync)?\(\s*(`[^`]*\$\{|["'][^"']*["']\s*\+)/,
    say: "A value becomes part of a shell command. Use an argument list (execFile).",
  },
  {
    id: "shell-command",
    severity: "warning",
    of: SCRIPT,
    in: "code",
    when: /\bshell:\s*true\b/,
    say: "Starts a shell: values in the command become syntax.",
  },
  {
    id: "shell-command",
    severity: "warning",
    of: ["python"],
    in: "code",
    when: /\bos\.(system|popen)\(|\bshell\s*=\s*True\b/,
    say: "Starts a shell: values in the command become syntax.",
  },
  {
    id: "unsafe-load",
    severity: "warning",
    of: ["python"],
    in: "code",
    when: /\bpickle\.loads?\(|\byaml\.load\((?!.*Safe)/,
    say: "Loading untrusted data this way can run code.",
  },
  {
    id: "raw-html",
    severity: "warning",
    of: [...SCRIPT, "html"],
    in: "code",
    when: /\.(inner|outer)HTML\s*\+?=(?!=)|dangerouslySetInnerHTML|\bdocument\.write\(/,
    say: "Text becomes HTML here: is it escaped?",
  },
  {
    id: "sql-from-parts",
    severity: "warning",
    in: "text",
    of: [...SCRIPT, "python", "java", "kotlin", "csharp", "go", "php", "ruby"],
    when: SQL_FROM_PARTS,
    say: "SQL is put together from parts. Use parameters.",
  },
  {
    id: "no-tls-check",
    severity: "error",
    in: "text",
    when: /rejectUnauthorized:\s*false|NODE_TLS_REJECT_UNAUTHORIZED\W+0|\bverify\s*=\s*False\b|InsecureSkipVerify:\s*true/,
    say: "Certificates are not checked.",
  },
  {
    id: "download-and-run",
    severity: "warning",
    of: ["shell", "docker", "yaml"],
    in: "text",
    when: /\b(curl|wget)\b[^|#]*\|\s*(sudo\s+)?(ba|z)?sh\b/,
    say: "Runs what it downloads, unseen.",
  },
  {
    id: "wide-permissions",
    severity: "warning",
    in: "text",
    of: ["shell", "docker", "python", ...SCRIPT],
    when: /\bchmod\b[^\n]*\b0?o?777\b/,
    say: "Everybody may write there.",
  },
  {
    id: "delete-by-variable",
    severity: "warning",
    of: ["shell"],
    in: "text",
    when: /\brm\s+-[a-z]*[rf][a-z]*\s+"?\$\{?\w+\}?\/?(["\s*]|$)/,
    say: "Deletes whatever the variable holds, also when it is empty: write ${name:?}.",
  },
];
