import { HeddleError } from "../core/index.ts";

/** What every implementation of the registry says when it refuses, in the same words. */

export function patternVersionConflict(
  pattern: { readonly name: string; readonly version: string },
  digests: { readonly registered: string; readonly offered: string },
): HeddleError {
  const { name, version } = pattern;
  const { registered, offered } = digests;
  return new HeddleError(
    "PATTERN_VERSION_CONFLICT",
    `Pattern "${name}" version ${version} is already registered with digest ${registered}; the content offered has digest ${offered}`,
    {
      hint: "A registered version never changes. Raise `version` in the pattern and register it again.",
      details: { name, version, registered, offered },
    },
  );
}

export function patternNotFound(name: string, version: string): HeddleError {
  return new HeddleError(
    "PATTERN_NOT_FOUND",
    `Pattern "${name}" version ${version} is not registered`,
    {
      hint: `See which versions there are with: heddle pattern list --name ${name}`,
      details: { name, version },
    },
  );
}

export function valueNotFound(digest: string): HeddleError {
  return new HeddleError("VALUE_NOT_FOUND", `No value with digest ${digest} is stored`, {
    hint: "It was removed by `pruneValues`, or stored in another database: check DATABASE_URL.",
    details: { digest },
  });
}

export function hookExists(name: string): HeddleError {
  return new HeddleError("HOOK_EXISTS", `A hook named "${name}" already exists in the registry`, {
    hint: "Choose another name, or remove the registered hook first.",
    details: { name },
  });
}

export function hookNotFound(name: string): HeddleError {
  return new HeddleError("HOOK_NOT_FOUND", `No hook named "${name}" is in the registry`, {
    hint: "See the registered hooks with: heddle hook list",
    details: { name },
  });
}

/** @throws HeddleError `LIMIT_INVALID` */
export function checkLimit(limit: number | undefined): void {
  if (limit === undefined || (Number.isSafeInteger(limit) && limit >= 0)) return;
  throw new HeddleError(
    "LIMIT_INVALID",
    `Expected a limit that is a whole number of zero or more, got ${limit}`,
    { hint: "Leave the limit out for the default." },
  );
}
