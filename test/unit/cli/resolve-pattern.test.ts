import semver from "semver";
import { describe, expect, it } from "vitest";

import {
  asDevelopmentVersion,
  isFileName,
  registerForRun,
} from "../../../src/cli/run/resolve-pattern.ts";
import { digestOf, HeddleError } from "../../../src/core/index.ts";
import type { Plan } from "../../../src/patterns/plan.ts";
import type { NewPattern, Registry, StoredPattern } from "../../../src/registry/index.ts";

function accepted(version: string, extra: string) {
  const definition = { heddle: "v1", name: "p", version, description: extra };
  const plan = { name: "p", version, digest: digestOf(definition) } as Plan;
  return { definition, plan };
}

/** Keeps the one rule that matters here: a version never changes. */
function createVersions(): { readonly registry: Registry; readonly kept: Map<string, string> } {
  const kept = new Map<string, string>();
  const registerPattern = async ({ plan }: NewPattern) => {
    const digest = kept.get(plan.version);
    if (digest !== undefined && digest !== plan.digest) {
      throw new HeddleError("PATTERN_VERSION_CONFLICT", "other content");
    }
    kept.set(plan.version, plan.digest);
    const pattern = { name: plan.name, version: plan.version } as StoredPattern;
    return { pattern, created: digest === undefined };
  };
  return { registry: { registerPattern } as unknown as Registry, kept };
}

describe("what run start is given", () => {
  it.each([
    ["change-review", false],
    ["pattern.yaml", true],
    ["./dir/pattern", true],
    ["p.ts", true],
    ["P.JSON", true],
  ])("%s is taken for a file: %s", (given, expected) => {
    expect(isFileName(given)).toBe(expected);
  });
});

describe("registering a file in order to run it", () => {
  it("uses the file's own version where it is free or has the same content", async () => {
    const { registry } = createVersions();
    const notes: string[] = [];
    const note = (text: string) => void notes.push(text);

    await registerForRun(registry, accepted("1.0.0", "x"), "/p.yaml", note);
    const again = await registerForRun(registry, accepted("1.0.0", "x"), "/p.yaml", note);

    expect(again.version).toBe("1.0.0");
    expect(notes).toEqual([]);
  });

  it("runs edited content beside the registered one, always under the same name, and says so", async () => {
    const { registry, kept } = createVersions();
    const notes: string[] = [];
    const note = (text: string) => void notes.push(text);
    await registerForRun(registry, accepted("1.0.0", "x"), "/p.yaml", note);

    const first = await registerForRun(registry, accepted("1.0.0", "edited"), "/p.yaml", note);
    const second = await registerForRun(registry, accepted("1.0.0", "edited"), "/p.yaml", note);

    expect(first.version).toMatch(/^1\.0\.0-dev-[0-9a-f]{12}$/);
    expect(second.version).toBe(first.version);
    expect(kept.size).toBe(2);
    expect(notes[0]).toContain(`runs as ${first.version}`);
  });

  it("does not hide any other refusal", async () => {
    const registry = {
      registerPattern: () => Promise.reject(new HeddleError("REGISTRY_UNAVAILABLE", "down")),
    } as unknown as Registry;

    await expect(
      registerForRun(registry, accepted("1.0.0", "x"), "/p.yaml", () => undefined),
    ).rejects.toMatchObject({ code: "REGISTRY_UNAVAILABLE" });
  });
});

describe("a development version", () => {
  it.each(["1.0.0", "1.0.0-rc.1", "1.0.0+build.5", "0.1.0-alpha"])(
    "of %s is a valid pre-release whose digest is that of its own definition",
    (version) => {
      const { definition, plan } = asDevelopmentVersion(accepted(version, "x"));

      expect(semver.valid(plan.version)).toBe(plan.version);
      expect(semver.prerelease(plan.version)).not.toBeNull();
      expect(definition["version"]).toBe(plan.version);
      expect(plan.digest).toBe(digestOf(definition));
    },
  );
});
