/**
 * A pattern in TypeScript: what does this project depend on, under which licences, and what is there twice?
 *
 * The functions stand beside the pattern, with schemas at both ends, and those type its references: a step that reads what is
 * not there, or hands on what its reader does not take, does not compile. Run it as one would run YAML: `npm run heddle -- run start examples/typescript/pattern.ts --wait`.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { call, defineHandler, pattern } from "../../src/index.ts";
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

export default pattern(
  {
    name: "dependency-report",
    version: "1.0.0",
    description:
      "Reads a package-lock.json, counts licences and finds packages that are there twice.",
    tags: ["example", "typescript"],
    input: z.strictObject({
      folder: z
        .string()
        .default("../../")
        .describe("Folder of the package-lock.json, relative to this file. Default, the clone's."),
    }),
    defaults: { timeout: "1m", retry: { maximumAttempts: 2 } },
  },
  ({ input, step }) => {
    const list = step("list", call(listPackages, { folder: input.folder }));
    // These two need the list and not each other, so they run side by side.
    const used = step("licences", call(licences, list.output));
    const twice = step("duplicates", call(duplicates, list.output));
    const written = step(
      "write",
      call(report, { packages: list.output, licences: used.output, duplicates: twice.output }),
    );
    return written.output;
  },
);
