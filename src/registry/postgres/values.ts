import { createHash } from "node:crypto";
import { canonicalize, createReference, type JsonValue } from "../../core/index.ts";
import { valueNotFound } from "../refusals.ts";
import type { Registry } from "../registry.ts";
import type { Database } from "./database.ts";
import { decodeDocument, encodeDocument } from "./document.ts";

type ValueMethods = Pick<Registry, "putValue" | "getValue">;

export function createValueMethods(database: Database): ValueMethods {
  return {
    async putValue(value) {
      const text = canonicalize(value);
      const digest = createHash("sha256").update(text).digest("hex");
      const bytes = Buffer.byteLength(text);
      const [known] = await database.query(TOUCH, [digest]);
      if (known === undefined) {
        await database.query(INSERT, [digest, bytes, await encodeDocument(text)]);
      }
      return createReference(digest, bytes);
    },
    async getValue(digest) {
      const [row] = await database.query<{ readonly content: Buffer }>(SELECT, [digest]);
      if (row === undefined) throw valueNotFound(digest);
      return (await decodeDocument(row.content)) as JsonValue; // as: only putValue writes this column, from JSON
    },
  };
}

const TOUCH = `
  update heddle.stored_values set stored_at = clock_timestamp() where digest = $1 returning digest`;

const INSERT = `
  insert into heddle.stored_values (digest, bytes, content) values ($1, $2, $3)
  on conflict (digest) do update set stored_at = excluded.stored_at`;

const SELECT = `
  select content from heddle.stored_values where digest = $1`;
