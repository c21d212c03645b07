import { canonicalize, isJsonObject, type JsonValue } from "../core/index.ts";
import { findDependencyFaults, orderByDependencies } from "./dependencies.ts";
import type { Hook, HookMatch, HookTable } from "./hook.ts";
import { compileClaudeMatch } from "./importers/claude/match-steps.ts";
import { isJavaScriptRegex } from "./importers/claude/matcher.ts";
import { claudeEventOf } from "./importers/claude/stdin.ts";
import { MATCH_KEYS, type MatchKey } from "./match-event.ts";
import { compileMatcher, REGEX_PREFIX } from "./matcher.ts";
import { stepSubjects, type MatchableStep, type StepSubject } from "./plan-steps.ts";
import { findPoint } from "./points.ts";

/** What the table needs of a plan; `Plan` fits. */
export interface MatchablePlan {
  readonly steps: readonly MatchableStep[];
  readonly roles: Readonly<Record<string, unknown>>;
}

/** A registration that cannot do what it says. The rest of the table holds. */
export interface HookProblem {
  readonly hook: string;
  readonly message: string;
}

export interface BuiltTable {
  readonly table: HookTable;
  readonly problems: readonly HookProblem[];
}

type Test = (subject: StepSubject) => boolean;

interface Prepared {
  readonly hook: Hook;
  /** Its place in merge order. */
  readonly order: number;
  readonly isAboutSteps: boolean;
  /** Also what concerns the run's state without a step: an update from outside, a hook of the run. */
  readonly isAboutRun: boolean;
  /** Two handlers with one key are one. */
  readonly handlerKey: string;
  readonly test: Test;
}

/**
 * Decides, once and outside the workflow, which hooks fire where. What a match says of a step's id, kind, tool, type and
 * role is settled here and taken out of the hook; `fields`, `if`, and facts that exist only later stay for the workflow.
 * Hooks come in merge order; lower priorities run first, equal ones keep that order.
 */
export function buildHookTable(plan: MatchablePlan, hooks: readonly Hook[]): BuiltTable {
  const problems: HookProblem[] = [];
  const roleIds = Object.keys(plan.roles);
  const prepared = markFaults(
    hooks.filter((hook) => hook.enabled),
    problems,
  )
    .map((hook, order) => prepare(hook, order, roleIds, problems))
    .filter((each) => each !== undefined)
    .sort((left, right) => left.hook.priority - right.hook.priority);
  const numbered = prepared.map((each, number) => ({ ...each, number }));
  const aboutSteps = numbered.filter((each) => each.isAboutSteps);
  const steps: Record<string, HookNumbers> = {};
  for (const subject of aboutSteps.length === 0 ? [] : stepSubjects(plan.steps, roleIds)) {
    const points = groupByPoint(aboutSteps.filter((each) => each.test(subject)));
    if (points !== undefined) steps[subject.step] = points;
  }
  const run = groupByPoint(numbered.filter((each) => each.isAboutRun)) ?? {};
  return { table: { format: 4, hooks: prepared.map((each) => each.hook), run, steps }, problems };
}

/** A hook whose dependencies can never be met stays in its place, where it fires as a failure: a guard is not lost. */
function markFaults(hooks: readonly Hook[], problems: HookProblem[]): readonly Hook[] {
  const faults = findDependencyFaults(hooks);
  if (faults.size === 0) return hooks;
  return hooks.map((hook) => {
    const problem = faults.get(hook);
    if (problem === undefined) return hook;
    problems.push({ hook: hook.name, message: problem.message });
    return { ...hook, problem };
  });
}

type HookNumbers = Readonly<Record<string, readonly number[]>>;
type Numbered = Prepared & { readonly number: number };

function groupByPoint(applying: readonly Numbered[]): HookNumbers | undefined {
  if (applying.length === 0) return undefined;
  const places = new Map<string, Numbered[]>();
  for (const each of applying) {
    const here = places.get(each.hook.on);
    if (here === undefined) places.set(each.hook.on, [each]);
    else here.push(each);
  }
  return Object.fromEntries(
    [...places].map(([point, here]) => [
      point,
      orderByDependencies(withoutCopies(withoutOverridden(here)), (each) => each.hook).map(
        (each) => each.number,
      ),
    ]),
  );
}

/**
 * `override: true` drops what was registered earlier at this very place: a role's hooks hide the global ones for that
 * role and point alone. What the organisation manages stays.
 */
function withoutOverridden(here: readonly Numbered[]): readonly Numbered[] {
  const overriding = here.filter((each) => each.hook.override === true);
  if (overriding.length === 0) return here;
  const last = overriding.reduce((left, right) => (left.order > right.order ? left : right));
  return here.filter(
    ({ order, hook }) =>
      order >= last.order || hook.source === last.hook.source || hook.source === "managed",
  );
}

/**
 * A hook runs once at a place: one name is one hook, and so is one handler that was registered under two names of the
 * point. Claude Code's handlers are one wherever they were found.
 */
function withoutCopies(here: readonly Numbered[]): readonly Numbered[] {
  const names = new Set<string>();
  const handlers = new Map<string, string | undefined>();
  return here.filter(({ hook, handlerKey }) => {
    const isCopy = hook.protocol === "claude" || handlers.get(handlerKey) !== hook.alias;
    const known = handlers.has(handlerKey) && isCopy;
    if (known || names.has(hook.name)) return false;
    names.add(hook.name);
    handlers.set(handlerKey, hook.alias);
    return true;
  });
}

/**
 * What makes two registrations of a place one. Of Claude Code's, the rule and the matcher that only the event can decide
 * belong to it: one script under `Bash(git *)` and under `Bash(rm *)` is two guards, of which none may be dropped.
 */
function handlerKeyOf({ handler, protocol, metadata }: Hook, match: HookMatch | undefined): string {
  const said = metadata?.["claude"] ?? null;
  const rule = protocol === "claude" && isJsonObject(said) ? (said["if"] ?? null) : null;
  const open = protocol === "claude" ? (match?.claude ?? null) : null;
  // as: a handler is plain JSON by its type
  return canonicalize([handler as unknown as JsonValue, rule, open]);
}

function prepare(
  hook: Hook,
  order: number,
  roleIds: readonly string[],
  problems: HookProblem[],
): Prepared | undefined {
  const point = findPoint(hook.on);
  if (point === undefined) {
    problems.push({ hook: hook.name, message: `Unknown point ${JSON.stringify(hook.on)}` });
    return undefined;
  }
  const isAboutSteps = point.subject === "step";
  const tests: Test[] = [];
  const rest: Partial<Record<"match" | "implied", HookMatch>> = {};
  for (const part of ["implied", "match"] as const) {
    const match = hook[part];
    if (match === undefined) continue;
    const settled = isAboutSteps ? settle(match, hook, roleIds, tests) : refuseRegexes(match);
    if (typeof settled === "string") {
      problems.push({ hook: hook.name, message: settled });
      return undefined;
    }
    if (Object.keys(settled).length > 0) rest[part] = settled;
  }
  const { match, implied, ...plain } = hook;
  return {
    hook: { ...plain, ...rest },
    order,
    isAboutSteps,
    isAboutRun: !isAboutSteps || (hook.on.startsWith("state.") && tests.length === 0),
    handlerKey: handlerKeyOf(hook, match),
    test: (subject) => tests.every((test) => test(subject)),
  };
}

/** Turns what is static into tests; gives back what stays open, or what is wrong. */
function settle(
  match: HookMatch,
  hook: Hook,
  roleIds: readonly string[],
  tests: Test[],
): HookMatch | string {
  const { tool, kind, step, type, role, claude, ...open } = match;
  for (const [key, pattern] of Object.entries({ tool, kind, step, type })) {
    if (pattern === undefined) continue;
    const compiled = compileMatcher(pattern);
    if (!compiled.ok) return compiled.error;
    // An id comes once; remembering it would cost more than testing it.
    const test = key === "step" ? compiled.value : remember(compiled.value);
    // as: the keys are those of the literal above
    tests.push((subject) => test(subject[key as "tool" | "kind" | "step" | "type"]));
  }
  const left = claude === undefined ? {} : settleClaude(claude, hook, tests);
  const refused = typeof left === "string" ? left : refuseRegexes({ ...open, ...left });
  if (typeof refused === "string" || role === undefined) return refused;
  return settleRole(role, roleIds, tests, refused);
}

/**
 * A matcher with look-around cannot be tested in linear time here. The hook of that protocol tests it itself, with a
 * deadline, before it starts: a guard must not be lost because its author excluded a name.
 */
function settleClaude(pattern: string, hook: Hook, tests: Test[]): HookMatch | string {
  const compiled = compileClaudeMatch(pattern, claudeEventOf(hook) ?? hook.on);
  if (compiled.ok) {
    tests.push(compiled.value);
    return {};
  }
  return hook.protocol === "claude" && isJavaScriptRegex(pattern)
    ? { claude: pattern }
    : compiled.error;
}

/** A role that an expression chooses is tested in the workflow, against the names that the pattern matched here. */
function settleRole(
  role: string,
  roleIds: readonly string[],
  tests: Test[],
  open: HookMatch,
): HookMatch | string {
  const compiled = compileMatcher(role);
  if (!compiled.ok) return compiled.error;
  const test = remember(compiled.value);
  tests.push((subject) => subject.roles.some(test));
  const matching = roleIds.filter(test);
  return matching.length === roleIds.length ? open : { ...open, role: matching.join("|") };
}

function refuseRegexes(match: HookMatch): HookMatch | string {
  const key = MATCH_KEYS.find((each: MatchKey) => match[each]?.startsWith(REGEX_PREFIX));
  return key === undefined
    ? match
    : `A regular expression cannot test "${key}" at this point, because the value is known only inside the run; use a glob`;
}

/** The same few kinds, tools and types come back with every step. */
function remember(test: (subject: string) => boolean): (subject: string) => boolean {
  const known = new Map<string, boolean>();
  return (subject) => {
    const before = known.get(subject);
    if (before !== undefined) return before;
    const answer = test(subject);
    known.set(subject, answer);
    return answer;
  };
}
