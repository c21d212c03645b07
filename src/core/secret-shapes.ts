/** Keys that vendors give a shape of their own, so that finding one is no guess. */
export const SECRET_SHAPES: readonly (readonly [what: string, shape: RegExp])[] = [
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
export const TELLING_FIELD =
  /^(?:.{0,60}[_-])?(?:passw(?:or)?d|passphrase|secret|(?:api|access|private|secret)[_-]?key|(?:access|auth|api|bearer|refresh)?[_-]?token|credentials?|authorization)$/i;

/** What every one of the shapes above holds somewhere: nearly every text is passed over by this one search. */
export const SECRET_SIGN =
  /-----BEGIN|AKIA|ASIA|gh[pousr]_|github_pat_|glpat-|sk-|xox|AIza|k_live_|npm_|SG\.|eyJ|:\/\//;
