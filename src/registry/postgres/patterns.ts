import { createByteCache, type JsonValue } from "../../core/index.ts";
import type { Plan } from "../../patterns/plan.ts";
import { checkLimit, patternNotFound, patternVersionConflict } from "../refusals.ts";
import type {
  NewPattern,
  PatternStatus,
  PatternSummary,
  Registry,
  StoredPattern,
} from "../registry.ts";
import { chooseVersion, orderKeyOf } from "../versions.ts";
import type { Database } from "./database.ts";
import { decodeDocument, encodeDocument, toColumn } from "./document.ts";

type PatternMethods = Pick<
  Registry,
  | "registerPattern"
  | "findPattern"
  | "getPattern"
  | "listVersions"
  | "listPatterns"
  | "setPatternStatus"
>;

/** Decoded documents kept per process: every start of a run reads one, and a version's documents never change. */
const DOCUMENT_CACHE_BYTES = 64 * 1024 * 1024;

/** How much larger a document is in memory than it is gzipped, roughly. */
const DECODED_FACTOR = 20;

type Documents = Pick<StoredPattern, "definition" | "plan">;

export function createPatternMethods(database: Database, actor: string): PatternMethods {
  const decoded = createByteCache<Documents>(DOCUMENT_CACHE_BYTES);

  async function withDocuments(row: SummaryRow): Promise<StoredPattern | undefined> {
    const key = [row.name, row.version];
    const known = decoded.get(JSON.stringify(key));
    if (known !== undefined) return { ...readSummary(row), ...known };
    const [stored] = await database.query<DocumentsRow>(SELECT_DOCUMENTS, key);
    if (stored === undefined) return undefined;
    const documents = await readDocuments(stored);
    const bytes = (stored.definition.length + stored.plan.length) * DECODED_FACTOR;
    decoded.set(JSON.stringify(key), documents, bytes);
    return { ...readSummary(row), ...documents };
  }

  async function getPattern(name: string, version: string): Promise<StoredPattern | undefined> {
    const key = [toColumn(name), toColumn(version)];
    const [row] = await database.query<SummaryRow>(SELECT_SUMMARY, key);
    return row === undefined ? undefined : withDocuments(row);
  }

  async function requirePattern(name: string, version: string): Promise<StoredPattern> {
    const pattern = await getPattern(name, version);
    if (pattern === undefined) throw patternNotFound(name, version);
    return pattern;
  }

  return {
    getPattern,

    async registerPattern(pattern) {
      const { name, version, digest } = pattern.plan;
      const inserted = await database.query(INSERT, [...(await writeRow(pattern)), actor]);
      const stored = await requirePattern(name, version);
      if (stored.digest !== digest) {
        throw patternVersionConflict(stored, { registered: stored.digest, offered: digest });
      }
      return { pattern: stored, created: inserted.length > 0 };
    },

    async findPattern(name, range) {
      const rows = await database.query<SummaryRow>(SELECT_VERSIONS, [toColumn(name)]);
      const chosen = chooseVersion(rows, range);
      return chosen === undefined ? undefined : withDocuments(chosen);
    },

    async listVersions(name) {
      const rows = await database.query<SummaryRow>(LIST_VERSIONS, [toColumn(name)]);
      return rows.map(readSummary);
    },

    async listPatterns({ name, type, status, tag, limit } = {}) {
      checkLimit(limit);
      const values = [toColumn(name), toColumn(type), status, toColumn(tag), limit];
      const rows = await database.query<SummaryRow>(LIST_NEWEST, values);
      return rows.map(readSummary);
    },

    async setPatternStatus(name, version, status) {
      await database.query(SET_STATUS, [toColumn(name), toColumn(version), status, actor]);
      return requirePattern(name, version);
    },
  };
}

interface SummaryRow {
  readonly version: string;
  readonly status: PatternStatus;
  readonly name: string;
  readonly digest: string;
  readonly type: string;
  readonly description: string | null;
  readonly tags: readonly string[];
  readonly source_file: string | null;
  readonly created_at: Date;
}

interface DocumentsRow {
  readonly definition: Buffer;
  readonly plan: Buffer;
}

function readSummary(row: SummaryRow): PatternSummary {
  const { name, version, digest, type, status, tags } = row;
  return {
    name,
    version,
    digest,
    type,
    status,
    tags,
    ...(row.description === null ? {} : { description: row.description }),
    ...(row.source_file === null ? {} : { sourceFile: row.source_file }),
    createdAt: row.created_at,
  };
}

async function readDocuments(row: DocumentsRow): Promise<Documents> {
  const [definition, plan] = await Promise.all([
    decodeDocument(row.definition),
    decodeDocument(row.plan),
  ]);
  return {
    definition: definition as JsonValue, // as: only registerPattern writes these columns, and rows are immutable
    plan: plan as Plan, // as: see above
  };
}

async function writeRow(pattern: NewPattern): Promise<readonly unknown[]> {
  const { definition, plan, tags = [], sourceFile, status = "active" } = pattern;
  // Not the canonical form: the order of keys is the order in the document, which export and ties between steps show.
  const [definitionBytes, planBytes] = await Promise.all([
    encodeDocument(JSON.stringify(definition)),
    encodeDocument(JSON.stringify(plan)),
  ]);
  return [
    plan.name,
    plan.version,
    orderKeyOf(plan.version),
    plan.digest,
    plan.type,
    status,
    toColumn(plan.description),
    tags.map((tag) => toColumn(tag)),
    toColumn(sourceFile),
    definitionBytes,
    planBytes,
  ];
}

const SUMMARY = `name, version, digest, type, status, description, tags, source_file, created_at`;

// Waits for a racing registration of the same version; whoever comes second finds the row and inserts nothing.
const INSERT = `
  with inserted as (
    insert into heddle.patterns (
      name, version, version_order, digest, type, status, description, tags, source_file, definition, plan
    ) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
    on conflict (name, version) do nothing
    returning name, version, digest, status
  )
  insert into heddle.audit_log (actor, action, subject, details)
  select $12, 'pattern.registered', name || '@' || version,
    json_build_object('digest', digest, 'status', status)::text
  from inserted
  returning id`;

const SELECT_SUMMARY = `
  select ${SUMMARY} from heddle.patterns where name = $1 and version = $2`;

const SELECT_DOCUMENTS = `
  select definition, plan from heddle.patterns where name = $1 and version = $2`;

const SELECT_VERSIONS = `
  select ${SUMMARY} from heddle.patterns where name = $1 and status in ('active', 'deprecated')`;

const LIST_VERSIONS = `
  select ${SUMMARY} from heddle.patterns where name = $1 order by version_order desc`;

const LIST_NEWEST = `
  select * from (
    select distinct on (name) ${SUMMARY}
    from heddle.patterns
    where ($1::text is null or name = $1)
      and ($2::text is null or type = $2)
      and ($3::text is null or status = $3)
      and ($4::text is null or $4 = any (tags))
    order by name, version_order desc
  ) newest
  order by created_at desc, name
  limit $5`;

// The row is locked before its old status is read, so that two racing changes leave a truthful audit trail.
const SET_STATUS = `
  with target as (
    select name, version, status from heddle.patterns where name = $1 and version = $2 for update
  ), changed as (
    update heddle.patterns set status = $3
    from target
    where patterns.name = target.name and patterns.version = target.version and target.status <> $3
    returning patterns.name, patterns.version, target.status as old_status, patterns.status as new_status
  )
  insert into heddle.audit_log (actor, action, subject, details)
  select $4, 'pattern.statusChanged', name || '@' || version,
    json_build_object('from', old_status, 'to', new_status)::text
  from changed`;
