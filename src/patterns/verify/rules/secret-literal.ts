import { SECRET_SHAPES, SECRET_SIGN, TELLING_FIELD, type JsonValue } from "../../../core/index.ts";
import type { DocumentPath } from "../../walk.ts";
import { forEachString } from "../model/strings.ts";
import type { Finding, Rule } from "../rule.ts";

/** Shorter texts hold no key of any of these shapes. */
const SHORTEST = 10;

/** Longest text that is looked at: a key has its place at the beginning of what holds it. */
const LONGEST = 20_000;

export const secretLiteral: Rule = {
  code: "secret-literal",
  severity: "error",
  summary: "A secret is written into the document, which is stored and shown as it is.",
  check(model) {
    const found: Finding[] = [];
    // as: an accepted document is the JSON it was read from
    forEachString(model.document as unknown as JsonValue, [], (text, path) => {
      const finding = shapeIn(text, path) ?? tellingField(text, path);
      if (finding !== undefined) found.push(finding);
    });
    return found;
  },
};

const HINT =
  "Keep it out of the document: store it as a secret and name it, as in `secrets.NAME`; it is resolved when the step runs.";

function shapeIn(text: string, path: DocumentPath): Finding | undefined {
  if (text.length < SHORTEST || !SECRET_SIGN.test(text)) return undefined;
  const looked = text.slice(0, LONGEST);
  for (const [what, shape] of SECRET_SHAPES) {
    const found = shape.exec(looked)?.[0];
    if (found === undefined) continue;
    return { path: [...path], message: `This looks like ${what}: "${masked(found)}"`, hint: HINT };
  }
  return undefined;
}

/** A guess by the name of a field, so it is a warning. */
function tellingField(text: string, path: DocumentPath): Finding | undefined {
  const field = path.at(-1);
  if (typeof field !== "string" || text.length < 8 || !TELLING_FIELD.test(field)) return undefined;
  if (!isWhereSecretsGo(path) || text.includes("${{") || isReference(text)) return undefined;
  return {
    path: [...path],
    severity: "warning",
    message: `The field "${field}" holds a literal value: "${masked(text)}"`,
    hint: HINT,
  };
}

/** Fields with names that authors choose: variables, headers, inputs. Schemas and Heddle's own fields are not. */
const PLACES = new Set(["env", "headers", "with", "options", "set", "body"]);

function isWhereSecretsGo(path: DocumentPath): boolean {
  return path.slice(0, -1).some((key) => typeof key === "string" && PLACES.has(key));
}

/** A name or a variable instead of a value. */
function isReference(text: string): boolean {
  return /^(?:\w+ )?(?:secrets?\.|\$)/.test(text);
}

/** Enough to find it, not enough to use it. */
function masked(secret: string): string {
  return `${secret.slice(0, 4)}...`;
}
