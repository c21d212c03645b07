import type { JsonObject } from "../../core/index.ts";
import type { Registry } from "../registry.ts";
import type { Database } from "./database.ts";
import { toColumn, toJsonColumn } from "./document.ts";

type CheckpointMethods = Pick<Registry, "saveCheckpoint" | "listCheckpoints">;

export function createCheckpointMethods(database: Database): CheckpointMethods {
  return {
    async saveCheckpoint(session, number, content) {
      await database.query(INSERT, [toColumn(session), number, toJsonColumn(content)]);
    },
    async listCheckpoints(session, limit) {
      const rows = await database.query<{ readonly content: string }>(SELECT, [
        toColumn(session),
        limit,
      ]);
      // as: only saveCheckpoint writes this column, from a JSON object
      return rows.map(({ content }) => JSON.parse(content) as JsonObject).reverse();
    },
  };
}

const INSERT = `
  insert into heddle.session_checkpoints (session, number, content) values ($1, $2, $3)
  on conflict (session, number) do nothing`;

const SELECT = `
  select content from heddle.session_checkpoints where session = $1 order by number desc limit $2`;
