import { HeddleError } from "../core/index.ts";
import { compileMatcher } from "./matcher.ts";
import { alternativesOf, scopesOf, type MatchableStep } from "./plan-steps.ts";

/** What a tool may do to the world, from nothing that matters to everything. */
export type SecurityLevel = "safe" | "restricted" | "privileged";

const RANK: Readonly<Record<SecurityLevel, number>> = { safe: 0, restricted: 1, privileged: 2 };

/** Which tools are how dangerous, and how dangerous a tool may be that a run uses. */
export interface SecurityRules {
  /** Levels of tools, by matchers of their names: of those that match the highest counts. */
  readonly levels: Readonly<Record<string, SecurityLevel>>;
  /** The level of a tool that no matcher names. */
  readonly default: SecurityLevel;
  readonly allowed: SecurityLevel;
  /** What else is allowed to patterns, by matchers of their names: of those that match the lowest counts. */
  readonly patterns: Readonly<Record<string, SecurityLevel>>;
}

/** Why a step is refused, whatever its input is: no value is in it. */
export interface SecurityRefusal {
  readonly tool: string;
  readonly level: SecurityLevel;
  readonly allowed: SecurityLevel;
}

/** What of a plan is looked at; `Plan` fits. */
export interface GuardedPlan {
  readonly name: string;
  readonly steps: readonly MatchableStep[];
}

/** Finds the steps of a plan that may not run, by id; undefined when all may. */
export type ToolSecurity = (
  plan: GuardedPlan,
) => Readonly<Record<string, SecurityRefusal>> | undefined;

/**
 * Compiles the rules once, so that a run that begins has only to ask.
 * @throws HeddleError `CONFIG_INVALID` for a matcher that cannot be used
 */
export function createToolSecurity(rules: SecurityRules): ToolSecurity {
  const tools = compileLevels("security.levels", rules.levels);
  const patterns = compileLevels("security.patterns", rules.patterns);
  return ({ name, steps }) => {
    const own = levelsOf(patterns, name);
    const allowed = own.reduce(lower, own[0] ?? rules.allowed);
    const known = new Map<string, SecurityLevel>();
    const levelOf = (tool: string): SecurityLevel => {
      const found = known.get(tool) ?? findLevel(tools, tool, rules.default);
      known.set(tool, found);
      return found;
    };
    const refused: Record<string, SecurityRefusal> = {};
    for (const step of allSteps(steps)) {
      const tool = toolsOf(step).find((each) => RANK[levelOf(each)] > RANK[allowed]);
      if (tool !== undefined) refused[step.id] = { tool, level: levelOf(tool), allowed };
    }
    return Object.keys(refused).length === 0 ? undefined : refused;
  };
}

type Levels = readonly {
  readonly test: (name: string) => boolean;
  readonly level: SecurityLevel;
}[];

function compileLevels(where: string, levels: Readonly<Record<string, SecurityLevel>>): Levels {
  return Object.entries(levels).map(([pattern, level]) => {
    const compiled = compileMatcher(pattern);
    if (compiled.ok) return { test: compiled.value, level };
    throw new HeddleError("CONFIG_INVALID", `${where}: ${compiled.error}`, {
      hint: "Name tools exactly, by globs such as mcp__prod__*, or by regex:...",
    });
  });
}

function levelsOf(levels: Levels, name: string): readonly SecurityLevel[] {
  return levels.filter(({ test }) => test(name)).map(({ level }) => level);
}

function findLevel(levels: Levels, tool: string, otherwise: SecurityLevel): SecurityLevel {
  const found = levelsOf(levels, tool);
  return found.reduce(higher, found[0] ?? otherwise);
}

function higher(left: SecurityLevel, right: SecurityLevel): SecurityLevel {
  return RANK[left] >= RANK[right] ? left : right;
}

function lower(left: SecurityLevel, right: SecurityLevel): SecurityLevel {
  return RANK[left] <= RANK[right] ? left : right;
}

/** What a step may come to use: an undo that is refused only when it is needed would be refused too late. */
function toolsOf(step: MatchableStep): readonly string[] {
  return [step, ...alternativesOf(step)].map(({ tool }) => tool);
}

/** All steps, nested ones and those of alternatives included. Iterative, because scopes may be nested deeply. */
function allSteps(steps: readonly MatchableStep[]): readonly MatchableStep[] {
  const found: MatchableStep[] = [];
  const work: (readonly MatchableStep[])[] = [steps];
  for (let scope = work.pop(); scope !== undefined; scope = work.pop())
    for (const step of scope) {
      found.push(step);
      for (const { body } of [step, ...alternativesOf(step)]) work.push(...scopesOf(body));
    }
  return found;
}
