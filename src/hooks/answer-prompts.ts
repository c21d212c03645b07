import type { Handler } from "./handler.ts";

/** A plan's roles as far as their handlers go; `PlanRole` fits. */
export type RoleHandlers = Readonly<Record<string, { readonly handler: Handler }>>;

/**
 * The handler with the question's role resolved: a hook travels alone, so it takes along who answers it. A role that the
 * pattern does not have is left open, and asking it fails by name.
 */
export function answerPrompts(handler: Handler, roles: RoleHandlers): Handler {
  if ("prompt" in handler) {
    const role = Object.hasOwn(roles, handler.role) ? roles[handler.role] : undefined;
    return role === undefined ? handler : { ...handler, answeredBy: role.handler };
  }
  const all = (parts: readonly Handler[]): readonly Handler[] =>
    parts.map((part) => answerPrompts(part, roles));
  if ("all" in handler) return { ...handler, all: all(handler.all) };
  if ("parallel" in handler) return { ...handler, parallel: all(handler.parallel) };
  if ("firstMatch" in handler) return { ...handler, firstMatch: all(handler.firstMatch) };
  return "vote" in handler ? { ...handler, vote: all(handler.vote) } : handler;
}
