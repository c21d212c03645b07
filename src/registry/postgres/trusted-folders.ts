import type { Registry, TrustedFolder } from "../registry.ts";
import type { Database } from "./database.ts";

type TrustMethods = Pick<Registry, "trustFolder" | "untrustFolder" | "findTrustedFolder">;

export function createTrustMethods(
  database: Database,
  tenant: string,
  actor: string,
): TrustMethods {
  return {
    async trustFolder(folder, fingerprint) {
      await database.query(TRUST, [tenant, folder, fingerprint, actor]);
      return { folder, fingerprint, trustedBy: actor, trustedAt: new Date() };
    },
    async untrustFolder(folder) {
      return (await database.query(UNTRUST, [tenant, folder, actor])).length > 0;
    },
    async findTrustedFolder(folder) {
      const [row] = await database.query<TrustedRow>(FIND, [tenant, folder]);
      return row === undefined ? undefined : readRow(row);
    },
  };
}

interface TrustedRow {
  readonly folder: string;
  readonly fingerprint: string;
  readonly trusted_by: string;
  readonly trusted_at: Date;
}

function readRow({ folder, fingerprint, trusted_by, trusted_at }: TrustedRow): TrustedFolder {
  return { folder, fingerprint, trustedBy: trusted_by, trustedAt: trusted_at };
}

const TRUST = `
  with trusted as (
    insert into heddle.trusted_folders (tenant, folder, fingerprint, trusted_by) values ($1, $2, $3, $4)
    on conflict (tenant, folder) do update
      set fingerprint = excluded.fingerprint, trusted_by = excluded.trusted_by, trusted_at = clock_timestamp()
    returning folder, fingerprint
  )
  insert into heddle.audit_log (actor, action, subject, details)
  select $4, 'folder.trusted', folder, json_build_object('fingerprint', fingerprint)::text from trusted`;

const UNTRUST = `
  with removed as (
    delete from heddle.trusted_folders where tenant = $1 and folder = $2 returning folder
  )
  insert into heddle.audit_log (actor, action, subject, details)
  select $3, 'folder.untrusted', folder, '{}' from removed
  returning id`;

const FIND = `
  select folder, fingerprint, trusted_by, trusted_at from heddle.trusted_folders where tenant = $1 and folder = $2`;
