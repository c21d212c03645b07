import { SECRET_SHAPES, TELLING_FIELD, type JsonValue } from "../../../core/index.ts";
import type { DocumentPath } from "../../walk.ts";
import { stringsOf, type StringAt } from "../model/strings.ts";
import type { Finding, Rule } from "../rule.ts";

/** Shorter texts hold no key of any of these shapes. */
const SHORTEST = 10;

/** Longest text that is looked at: a key has its place at the beginning of what holds it. */
const LONGEST = 20_000;

export const secretLiteral: Rule = {
  code: "secret-literal",
  severity: "error",
  summary: "A secret is written into the document, which is stored and shown as it is.",
  *check(model) {
    // as: an accepted document is the JSON it was read from
    for (const at of stringsOf(model.document as unknown as JsonValue)) {
      const finding = shapeIn(at) ?? tellingField(at);
      if (finding !== undefined) yield finding;
    }
  },
};

const HINT =
  "Keep it out of the document: store it as a secret and name it, as in `secrets.NAME`; it is resolved when the step runs.";

function shapeIn({ text, path }: StringAt): Finding | undefined {
  if (text.length < SHORTEST || !SIGN.test(text)) return undefined;
  const looked = text.slice(0, LONGEST);
  for (const [what, shape] of SECRET_SHAPES) {
    const found = shape.exec(looked)?.[0];
    if (found === undefined) continue;
    return { path: path(), message: `This looks like ${what}: "${masked(found)}"`, hint: HINT };
  }
  return undefined;
}

/** A guess by the name of a field, so it is a warning. */
function tellingField({ text, key: field, path: pathOf }: StringAt): Finding | undefined {
  if (typeof field !== "string" || text.length < 8 || !TELLING_FIELD.test(field)) return undefined;
  const path = pathOf();
  if (!isWhereSecretsGo(path) || text.includes("${{") || isReference(text)) return undefined;
  return {
    path,
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
