/** What secrets look like. Each rule: name, pattern (its last group, if any, is the secret), and what the thing is. */

// Not on this machine, and not the user's name again: both are what development set-ups use.
const PASSWORD_IN_URL =
  /\b[a-z][a-z0-9+.-]{1,20}:\/\/([^\s:/@"'`]{1,100}):(?!\1@)([^\s:/@"'`]{3,200})@(?!localhost|127\.|\[::1\])[^\s/]/i;

const SECRET_RULES = [
  ["aws-access-key", /\b((?:AKIA|ASIA)[0-9A-Z]{16})\b/, "an AWS access key id"],
  [
    "aws-secret-key",
    /aws.{0,20}secret.{0,20}["'=:\s]([A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])/i,
    "an AWS secret key",
  ],
  ["private-key", /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY(?: BLOCK)?-----/, "a private key"],
  [
    "github-token",
    /\b(gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{60,})\b/,
    "a GitHub token",
  ],
  ["gitlab-token", /\b(glpat-[A-Za-z0-9_-]{20,})/, "a GitLab token"],
  ["slack-token", /\b(xox[abeoprs]-[A-Za-z0-9-]{10,})/, "a Slack token"],
  [
    "slack-webhook",
    /(https:\/\/hooks\.slack\.com\/services\/[A-Za-z0-9/]{20,})/,
    "a Slack webhook",
  ],
  ["stripe-key", /\b([rs]k_live_[A-Za-z0-9]{16,})/, "a Stripe live key"],
  ["google-key", /\b(AIza[0-9A-Za-z_-]{35})\b/, "a Google API key"],
  ["npm-token", /\b(npm_[A-Za-z0-9]{36})\b/, "an npm token"],
  ["model-key", /\b(sk-(?:ant-|proj-)?[A-Za-z0-9_-]{32,})/, "a model provider's key"],
  [
    "json-web-token",
    /\b(eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,})/,
    "a JSON web token",
  ],
  ["password-in-url", PASSWORD_IN_URL, "a password in a URL"],
].map(([rule, pattern, what]) => ({ rule, pattern, what }));

/** Names of files that should rarely be in a repository at all. */
export const SECRET_FILES =
  /(^|\/)(id_(rsa|dsa|ecdsa|ed25519)|\.env(\.(local|prod|production))?|\.netrc|\.pgpass|credentials\.json)$|\.(pem|p12|pfx|kdbx|keystore|jks)$/;

/** A line with one of these words was looked at by a person (the marks of well-known scanners). */
export const ALLOWED = /pragma: allowlist secret|gitleaks:allow|nosecret/i;

const ASSIGNMENT =
  /(?:password|passwd|secret|token|api[_-]?key|access[_-]?key|auth[_-]?key|private[_-]?key|credential)s?["']?\s*(?:=>|:=|=|:)\s*["'`]([^"'`\s]{12,200})["'`]/i;
// Templates, environment look-ups and sentences are names of secrets, not secrets.
const PLACEHOLDER =
  /\$\{|\{\{|<[^>]+>|process\.env|example|change-?me|placeholder|dummy|redacted|x{4,}|\*{3,}|\.{3}|…/i;
const MINIMUM_BITS = 3.3;

/** The first secret of a line, as `{ rule, what, value? }`, or undefined. */
export function findSecret(text) {
  for (const { rule, pattern, what } of SECRET_RULES) {
    const match = pattern.exec(text);
    const value = match?.length === 1 ? undefined : match?.at(-1);
    if (match !== null && (value === undefined || !isPlaceholder(value)))
      return { rule, what, value };
  }
  const value = assignedSecret(text);
  return value === undefined
    ? undefined
    : { rule: "random-looking-value", what: "a secret in the code", value };
}

/** Enough to find it again, too little to use it. */
export function redacted(value) {
  return `${value.slice(0, 4)}… ${value.length} characters`;
}

/** The line with its secret, if it has one, made unreadable. */
export function withoutSecret(text) {
  const value = findSecret(text)?.value;
  return value === undefined ? text : text.replaceAll(value, redacted(value));
}

// The value of an assignment whose name says "secret" and whose value looks random.
function assignedSecret(text) {
  const value = ASSIGNMENT.exec(text)?.[1];
  if (value === undefined || PLACEHOLDER.test(value)) return undefined;
  const mixed = /[0-9]/.test(value) && /[A-Za-z]/.test(value);
  return mixed && bitsPerCharacter(value) >= MINIMUM_BITS ? value : undefined;
}

// The values that documentation uses in the place of real ones.
function isPlaceholder(value) {
  return (
    PLACEHOLDER.test(value) ||
    /^(password|passwd|pass|secret|pw|user|postgres|test|root|admin|guest)$/i.test(value)
  );
}

// Shannon entropy: about 2 for words, above 3.5 for random text.
function bitsPerCharacter(value) {
  const counts = new Map();
  for (const character of value) counts.set(character, (counts.get(character) ?? 0) + 1);
  return [...counts.values()].reduce((bits, count) => {
    const share = count / value.length;
    return bits - share * Math.log2(share);
  }, 0);
}
