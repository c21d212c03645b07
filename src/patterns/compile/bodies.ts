import { defined } from "../../core/index.ts";
import { hasExpression, splitText } from "../../expressions/index.ts";
import type { BodyDocument, ExecutableDocument } from "../document.ts";
import { kindOf } from "../document.ts";
import type { Body, NestedScope, RunBody, StatusRange, StepKind } from "../plan.ts";
import type { DocumentPath } from "../walk.ts";
import { toMs } from "./policies.ts";
import { compileShell } from "./shell.ts";
import { condition, invalid, template } from "./templates.ts";

/** Finds the compiled scope below a body, by the keys that lead to its `steps`. */
export type FindScope = (...tail: DocumentPath) => NestedScope;

type Compile<K extends StepKind> = (
  field: NonNullable<BodyDocument[K]>,
  body: ExecutableDocument,
  findScope: FindScope,
) => Extract<Body, { readonly kind: K }>;

/** Compiles what a step, a fallback or a compensation does. */
export function compileBody(body: ExecutableDocument, findScope: FindScope): Body {
  const kind = kindOf(body);
  const field = body[kind];
  if (field === undefined) throw invalid("a step has no kind", "");
  // as: the table pairs every kind with the type of its own field
  const compile = COMPILERS[kind] as (
    field: unknown,
    ...rest: [ExecutableDocument, FindScope]
  ) => Body;
  return compile(field, body, findScope);
}

const COMPILERS: { readonly [K in StepKind]: Compile<K> } = {
  run: (run, body) => compileRun(run, body),
  http: ({ expect, method, url, headers, body }) =>
    defined({
      kind: "http" as const,
      request: template(defined({ method, url, headers, body })),
      expect: expect === undefined ? undefined : statusRanges(expect),
    }),
  agent: (role, body) =>
    defined({
      kind: "agent" as const,
      role: template(role),
      with: template(body.with ?? {}),
      handoff: (body as { readonly handoff?: boolean }).handoff, // as: only steps have it, and then it is this
    }),
  call: (name, body) => ({ kind: "call", function: name, with: template(body.with ?? {}) }),
  pattern: (pattern, body) =>
    defined({
      kind: "pattern" as const,
      pattern,
      with: template(body.with ?? {}),
      maxDepth: (body as { readonly maxDepth?: number }).maxDepth, // as: only steps have it, and then it is this
    }),
  wait: (wait) =>
    typeof wait === "object"
      ? { kind: "wait", for: template(wait.until), until: true }
      : { kind: "wait", for: template(wait), until: false },
  waitFor: ({ event, match, timeout, onTimeout }) =>
    defined({
      kind: "waitFor" as const,
      event,
      match: match === undefined ? undefined : condition(match),
      timeoutMs: toMs(timeout),
      onTimeout: onTimeout ?? "fail",
    }),
  approval: ({ prompt, approvers, timeout, default: otherwise, remind }) =>
    defined({
      kind: "approval" as const,
      prompt: template(prompt),
      approvers,
      timeoutMs: toMs(timeout),
      default: otherwise,
      remindMs: toMs(remind),
    }),
  set: (values) => ({ kind: "set", values: template(values) }),
  emit: ({ type, data, correlation }) => ({
    kind: "emit",
    event: template(defined({ type, data, correlation })),
  }),
  switch: ({ cases, default: otherwise }, _body, findScope) =>
    defined({
      kind: "switch" as const,
      cases: cases.map(({ when }, index) => ({
        when: condition(when),
        scope: findScope("switch", "cases", index),
      })),
      default: otherwise === undefined ? undefined : findScope("switch", "default"),
    }),
  loop: ({ while: before, until, max, onMax }, _body, findScope) =>
    defined({
      kind: "loop" as const,
      while: before === undefined ? undefined : condition(before),
      until: until === undefined ? undefined : condition(until),
      max,
      onMax: onMax ?? "fail",
      scope: findScope("loop"),
    }),
  group: ({ interleaved }, _body, findScope) => ({
    kind: "group",
    interleaved: interleaved ?? false,
    scope: findScope("group"),
  }),
  fail: ({ type, message, details }) =>
    defined({
      kind: "fail" as const,
      type,
      message: template(message),
      details: details === undefined ? undefined : template(details),
    }),
  stop: ({ output }) =>
    defined({ kind: "stop" as const, output: output === undefined ? undefined : template(output) }),
};

function compileRun(run: NonNullable<BodyDocument["run"]>, body: ExecutableDocument): RunBody {
  const env = new Map(
    Object.entries(body.env ?? {}).map(([name, value]) => [name, template(value)]),
  );
  const command = compileCommand(run, env);
  return defined({
    kind: "run" as const,
    command,
    env: env.size === 0 ? undefined : Object.fromEntries(env),
    with: body.with === undefined ? undefined : template(body.with),
  });
}

function compileCommand(
  run: NonNullable<BodyDocument["run"]>,
  env: Map<string, ReturnType<typeof template>>,
): RunBody["command"] {
  if (typeof run !== "string")
    return { argv: run.map((word) => template(typeof word === "string" ? word : String(word))) };
  if (!hasExpression(run)) return { shell: run };
  const parts = splitText(run);
  const [only] = parts;
  if (parts.length === 1 && only !== undefined && "source" in only)
    return { dynamic: template(run) };
  const compiled = compileShell(parts);
  const [problem] = compiled.problems;
  if (problem !== undefined) throw invalid(problem.message, problem.hint);
  for (const [variable, source] of compiled.env) env.set(variable, template(`\${{ ${source} }}`));
  return { shell: compiled.shell };
}

function statusRanges(
  expect: NonNullable<NonNullable<BodyDocument["http"]>["expect"]>,
): readonly StatusRange[] {
  return (Array.isArray(expect) ? expect : [expect]).map((one: number | string): StatusRange => {
    if (typeof one === "number") return { from: one, to: one };
    if (one.endsWith("xx")) {
      const hundred = Number(one.charAt(0)) * 100;
      return { from: hundred, to: hundred + 99 };
    }
    const [from, to = from] = one.split("-").map(Number);
    return { from: from ?? 0, to: to ?? 0 };
  });
}

/** Claude Code's name for what a step does, which its matchers know. */
export function toolOf(body: BodyDocument): string {
  const kind = kindOf(body);
  if (kind === "run") return "Bash";
  if (kind === "http") return "WebFetch";
  if (kind === "agent") return "Agent";
  return body.call?.startsWith("mcp__") === true ? body.call : kind;
}
