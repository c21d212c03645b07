import { define, type Arguments, type FunctionDefinition } from "./function-definition.ts";
import { checkTextLength } from "./operators.ts";
import { compileRegex } from "./regex.ts";
import type { Value } from "./values.ts";

const MAX_PATTERN = 1000;

/** CEL's string functions, standard and of the common `strings` extension. */
export const TEXT_FUNCTIONS: Readonly<Record<string, FunctionDefinition>> = {
  contains: define(2, 2, 'text.contains("a")', (args) => scan(args).includes(args.text(1))),
  startsWith: define(2, 2, 'text.startsWith("a")', (args) => scan(args).startsWith(args.text(1))),
  endsWith: define(2, 2, 'text.endsWith("a")', (args) => scan(args).endsWith(args.text(1))),
  matches: define(2, 2, 'text.matches("^a+$")', matches),
  indexOf: define(2, 3, 'text.indexOf("a")', (args) =>
    BigInt(scan(args).indexOf(args.text(1), from(args, 0))),
  ),
  lastIndexOf: define(2, 3, 'text.lastIndexOf("a")', (args) =>
    BigInt(scan(args).lastIndexOf(args.text(1), from(args, Infinity))),
  ),
  substring: define(2, 3, "text.substring(0, 3)", (args) => {
    const text = scan(args);
    const end = args.count > 2 ? args.position(2, text.length) : text.length;
    return text.slice(args.position(1, end), end);
  }),
  charAt: define(2, 2, "text.charAt(0)", (args) => {
    const text = args.text(0);
    return text.charAt(args.position(1, text.length));
  }),
  replace: define(3, 3, 'text.replace("a", "b")', replace),
  split: define(2, 2, 'text.split(",")', (args) => {
    const parts = scan(args).split(args.text(1));
    args.context.spend(parts.length);
    return parts;
  }),
  trim: define(1, 1, "text.trim()", (args) => scan(args).trim()),
  lowerAscii: define(1, 1, "text.lowerAscii()", (args) =>
    scan(args).replace(/[A-Z]+/g, (letters) => letters.toLowerCase()),
  ),
  upperAscii: define(1, 1, "text.upperAscii()", (args) =>
    scan(args).replace(/[a-z]+/g, (letters) => letters.toUpperCase()),
  ),
};

/** The text that a function goes through: it pays for the length. */
function scan(args: Arguments): string {
  const text = args.text(0);
  args.context.spend(1 + text.length / 64);
  return text;
}

function from(args: Arguments, otherwise: number): number {
  return args.count > 2 ? args.position(2, args.text(0).length) : otherwise;
}

function replace(args: Arguments): Value {
  const parts = scan(args).split(args.text(1));
  const by = args.text(2);
  const total = parts.reduce((sum, part) => sum + part.length, 0) + (parts.length - 1) * by.length;
  args.context.spend(parts.length);
  checkTextLength(args.context, total);
  return parts.join(by);
}

/** Linear in the text whatever the pattern: JavaScript's own engine can take for ever. */
function matches(args: Arguments): boolean {
  const pattern = args.text(1);
  const shown = pattern.length > 80 ? `${pattern.slice(0, 80)}...` : pattern;
  if (pattern.length > MAX_PATTERN)
    throw args.context.failure(
      "invalid-argument",
      `The pattern ${JSON.stringify(shown)} has more than ${MAX_PATTERN} characters`,
    );
  const regex = compileRegex(pattern);
  if (!regex.ok)
    throw args.context.failure(
      "invalid-argument",
      `The pattern ${JSON.stringify(shown)} is not supported: ${regex.error}`,
      { hint: "RE2 syntax without flags, \\p{...} and \\A" },
    );
  return regex.value.test(args.text(0), (work) => {
    args.context.spend(work);
  });
}
