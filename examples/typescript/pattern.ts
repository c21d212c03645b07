/**
 * A pattern in TypeScript: what does this project depend on, under which licences, and what is there twice?
 *
 * The definition is checked by the compiler; the functions that its `call` steps name stand beside it, with schemas at
 * both ends. Run it as one would run YAML: `npm run heddle -- run start examples/typescript/pattern.ts --wait`.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { defineHandler, definePattern } from "../../src/index.ts";
import { countLicences, findDuplicates, readPackages, renderReport } from "./lockfile.ts";

const Package = z.object({
  name: z.string(),
  version: z.string(),
  license: z.string(),
  development: z.boolean(),
});
const Packages = z.array(Package);
const Licences = z.array(
  z.object({ license: z.string(), count: z.number(), examples: z.array(z.string()) }),
);
const Duplicates = z.array(z.object({ name: z.string(), versions: z.array(z.string()) }));

export const listPackages = defineHandler(
  "list-packages",
  { input: z.object({ folder: z.string() }), output: Packages },
  async ({ folder }) => {
    const root = fileURLToPath(new URL(folder, import.meta.url));
    return readPackages(await readFile(join(root, "package-lock.json"), "utf8"));
  },
);

export const licences = defineHandler(
  "count-licences",
  { input: Packages, output: Licences },
  countLicences,
);

export const duplicates = defineHandler(
  "find-duplicates",
  { input: Packages, output: Duplicates },
  findDuplicates,
);

export const report = defineHandler(
  "write-report",
  {
    input: z.object({ packages: Packages, licences: Licences, duplicates: Duplicates }),
    output: z.object({
      path: z.string(),
      packages: z.number(),
      licences: z.number(),
      duplicates: z.number(),
    }),
  },
  async (found, { outputDir, workspace }) => {
    const folder = outputDir ?? workspace;
    const path = join(folder, "dependencies.md");
    await mkdir(folder, { recursive: true });
    await writeFile(path, renderReport(found));
    return {
      path,
      packages: found.packages.length,
      licences: found.licences.length,
      duplicates: found.duplicates.length,
    };
  },
);

export default definePattern({
  name: "dependency-report",
  version: "1.0.0",
  description:
    "Reads a package-lock.json, counts licences and finds packages that are there twice.",
  tags: ["example", "typescript"],
  input: {
    type: "object",
    additionalProperties: false,
    properties: {
      folder: {
        description:
          "Folder of the package-lock.json, relative to this file. Default, the clone's.",
        type: "string",
        default: "../../",
      },
    },
  },
  output: "${{ steps.write.output }}",
  defaults: { timeout: "1m", retry: { maximumAttempts: 2 } },
  steps: {
    list: { call: "list-packages", with: { folder: "${{ input.folder }}" } },
    // These two need the list and not each other, so they run side by side.
    licences: { call: "count-licences", with: "${{ steps.list.output }}" },
    duplicates: { call: "find-duplicates", with: "${{ steps.list.output }}" },
    write: {
      call: "write-report",
      with: {
        packages: "${{ steps.list.output }}",
        licences: "${{ steps.licences.output }}",
        duplicates: "${{ steps.duplicates.output }}",
      },
    },
  },
});
