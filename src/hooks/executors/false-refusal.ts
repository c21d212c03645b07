import type { ProcessFacts } from "./reply.ts";

/**
 * Interpreters end with 2 as well when they cannot even read the script: such a hook has not refused, it never ran.
 * bash and dash on a syntax error, dash and python on a missing script (measured).
 */
const NEVER_RAN = [
  /^(?:\S*\/)?(?:ba)?sh: (?:-c: )?line \d+: (?:syntax error|unexpected EOF)/,
  /^\S+: line \d+: syntax error/,
  /^\S+: \d+: Syntax error: /,
  /^\S+: 0: (?:cannot open|Can't open) /,
  /^\S*python[\d.]*: can't open file /,
];

/** Why a process that ended with 2 never ran its script; undefined where it refused. */
export function explainFalseRefusal(process: ProcessFacts): string | undefined {
  const [first = ""] = process.stderr.trimStart().split("\n", 1);
  if (process.stdout.trim() !== "" || !NEVER_RAN.some((pattern) => pattern.test(first)))
    return undefined;
  return `The hook could not be run: ${first.slice(0, 500)}`;
}
