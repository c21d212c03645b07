import type { Rule } from "../rule.ts";

export const nonAncestor: Rule = {
  code: "non-ancestor",
  severity: "error",
  summary: "A need or a reference names a step inside a scope that it cannot see into.",
  *check(model) {
    for (const end of model.looseEnds) {
      if (end.why !== "invisible" || end.target === undefined) continue;
      const scope = end.target.scope.owner?.id ?? "";
      const who = end.reader ? `Step "${end.reader.id}"` : "The pattern";
      const verb = end.origin === "need" ? "needs" : "reads";
      const instead =
        end.origin === "need"
          ? `Need "${scope}" instead`
          : `Read the scope's output instead: \${{ ${reference(scope)}.output${access(end.id)} }}`;
      yield {
        path: end.path,
        message: `${who} ${verb} "${end.id}", which is inside "${scope}" and cannot be seen from here`,
        hint: `${instead}. Only steps of the same scope and of the scopes around it are visible.`,
      };
    }
  },
};

const WORD = /^[A-Za-z_]\w*$/;

function reference(id: string): string {
  return WORD.test(id) ? `steps.${id}` : `steps[${JSON.stringify(id)}]`;
}

function access(id: string): string {
  return WORD.test(id) ? `.${id}` : `[${JSON.stringify(id)}]`;
}
