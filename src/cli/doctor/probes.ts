import type { Connection } from "@temporalio/client";

import { missingSearchAttributes, registerSearchAttributes } from "../../devstack/index.ts";
import { migrate, readMigrationStatus } from "../../registry/index.ts";
import { databaseOf, serverOf, type PartialTarget } from "../target.ts";
import type { Once } from "../once.ts";
import type { Probe } from "./check.ts";
import { probeWorker } from "./worker-probe.ts";

export interface Patient {
  readonly target: PartialTarget;
  readonly connection: Once<Connection>;
}

/** Every link that a run needs, in the order in which they depend on each other. */
export function createProbes(patient: Patient): readonly Probe[] {
  return [...serverProbes(patient), ...databaseProbes(patient), workerProbe(patient)];
}

function serverProbes({ target, connection }: Patient): readonly Probe[] {
  const { namespace } = target;
  return [
    {
      name: "server",
      after: [],
      async look() {
        const { address } = serverOf(target);
        const info = await (await connection.get()).workflowService.getSystemInfo({});
        const eager = info.capabilities?.eagerWorkflowStart === true ? "on" : "off";
        return {
          ok: true,
          message: `${address}, version ${info.serverVersion}, eager start ${eager}`,
        };
      },
    },
    {
      name: "namespace",
      after: ["server"],
      async look() {
        await (await connection.get()).workflowService.describeNamespace({ namespace });
        return { ok: true, message: namespace };
      },
    },
    {
      name: "search attributes",
      after: ["server", "namespace"],
      async look() {
        const missing = await missingSearchAttributes(await connection.get(), namespace);
        return missing.length === 0
          ? { ok: true, message: "registered" }
          : {
              ok: false,
              message: `missing: ${missing.join(", ")}`,
              remedy: "Register them with: heddle doctor --fix",
            };
      },
      async fix() {
        const added = await registerSearchAttributes(await connection.get(), namespace);
        return `registered the search attributes ${added.join(", ")}`;
      },
    },
  ];
}

function databaseProbes({ target }: Patient): readonly Probe[] {
  return [
    {
      name: "database",
      after: [],
      async look() {
        await readMigrationStatus(databaseOf(target));
        return { ok: true, message: "answers" };
      },
    },
    {
      name: "migrations",
      after: ["database"],
      async look() {
        const { applied, pending, unknown } = await readMigrationStatus(databaseOf(target));
        if (unknown.length > 0) {
          return {
            ok: false,
            message: `the schema is newer than this Heddle: ${unknown.join(", ")}`,
            remedy: "Update Heddle.",
          };
        }
        return pending.length === 0
          ? { ok: true, message: `${applied.length} applied` }
          : {
              ok: false,
              message: `not applied: ${pending.join(", ")}`,
              remedy: "Apply them with: heddle db migrate (or heddle doctor --fix)",
            };
      },
      async fix() {
        const applied = await migrate(databaseOf(target));
        return `applied the migrations ${applied.join(", ")}`;
      },
    },
  ];
}

function workerProbe({ target, connection }: Patient): Probe {
  return {
    name: "worker",
    after: ["server", "namespace", "search attributes", "database", "migrations"],
    look: async () => probeWorker(await connection.get(), target),
  };
}
