import type { JsonValue } from "../../../core/index.ts";
import type { DocumentPath } from "../../walk.ts";
import { stringsOf, type StringAt } from "../model/strings.ts";
import type { Finding, Rule } from "../rule.ts";

/** Keys that vendors give a shape of their own, so that finding one is no guess. */
const SHAPES: readonly (readonly [what: string, shape: RegExp])[] = [
  ["a private key", /-----BEGIN (?:[A-Z]{2,10} ){0,3}PRIVATE KEY-----/],
  ["an AWS access key", /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/],
  ["a GitHub token", /\bgh[pousr]_[A-Za-z0-9]{36}\b|\bgithub_pat_\w{22,100}/],
  ["a GitLab token", /\bglpat-[\w-]{20}/],
  ["an Anthropic key", /\bsk-ant-[\w-]{20,200}/],
  ["an OpenAI key", /\bsk-(?:proj-)?[A-Za-z0-9]{32,200}/],
  ["a Slack token", /\bxox[abprs]-[A-Za-z0-9-]{10,200}/],
  ["a Google API key", /\bAIza[\w-]{35}/],
  ["a Stripe key", /\b[rs]k_live_[0-9A-Za-z]{16,200}/],
  ["an npm token", /\bnpm_[A-Za-z0-9]{36}\b/],
  ["a SendGrid key", /\bSG\.[\w-]{22}\.[\w-]{43}/],
  ["a signed token (JWT)", /\beyJ[\w-]{10,2000}\.eyJ[\w-]{10,4000}\.[\w-]{10,2000}/],
  ["a password in a URL", /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s:/@]{1,100}:[^\s:/@$]{3,200}@/],
];

/** Fields whose literal value is most likely a secret. */
const TELLING =
  /^(?:.{0,60}[_-])?(?:passw(?:or)?d|passphrase|secret|(?:api|access|private|secret)[_-]?key|(?:access|auth|api|bearer|refresh)?[_-]?token|credentials?|authorization)$/i;

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
  if (text.length < SHORTEST) return undefined;
  const looked = text.slice(0, LONGEST);
  for (const [what, shape] of SHAPES) {
    const found = shape.exec(looked)?.[0];
    if (found === undefined) continue;
    return { path: path(), message: `This looks like ${what}: "${masked(found)}"`, hint: HINT };
  }
  return undefined;
}

/** A guess by the name of a field, so it is a warning. */
function tellingField({ text, key: field, path: pathOf }: StringAt): Finding | undefined {
  if (typeof field !== "string" || text.length < 8 || !TELLING.test(field)) return undefined;
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
