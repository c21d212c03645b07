import pg from "pg";
import { HeddleError, messageOf } from "../../core/index.ts";

/** Where a database is, in words that may be shown: never with the password. */
export interface Place {
  readonly address: string;
  readonly database: string;
}

/** @throws HeddleError `DATABASE_URL_INVALID` */
export function placeOf(databaseUrl: string): Place {
  try {
    // pg's own reading of the URL, so that defaults, environment variables and socket paths are told as they are used.
    const { host, port, database } = new pg.Client({ connectionString: databaseUrl });
    return { address: `${host}:${port}`, database: database ?? "" };
  } catch {
    // The cause is dropped on purpose: Node's error for a malformed URL carries the URL, password included.
    throw new HeddleError("DATABASE_URL_INVALID", "The database URL cannot be read", {
      hint: "Write DATABASE_URL as postgres://user:password@host:5432/database, with special characters in the password percent-encoded.",
    });
  }
}

/** What a failed query means to callers; a failure that is no one's concern but ours stays as it was thrown. */
export function translateFailure(thrown: unknown, place: Place): unknown {
  if (thrown instanceof HeddleError) return thrown;
  const code = codeOf(thrown);
  if (OUTDATED.has(code)) {
    return new HeddleError(
      "SCHEMA_OUTDATED",
      `The database "${place.database}" on ${place.address} lacks a part of the schema "heddle": ${describe(thrown)}`,
      { hint: "Bring it up to date with: heddle db migrate", cause: thrown },
    );
  }
  const reason = unavailability(thrown, code, place);
  if (reason === undefined) return thrown;
  return new HeddleError(
    "REGISTRY_UNAVAILABLE",
    `PostgreSQL at ${place.address}, database "${place.database}", ${reason.what} (${describe(thrown)})`,
    {
      hint: reason.hint,
      details: { address: place.address, database: place.database, cause: code },
      cause: thrown,
    },
  );
}

interface Reason {
  readonly what: string;
  readonly hint: string;
}

// undefined_table, invalid_schema_name, undefined_column, undefined_function, undefined_object
const OUTDATED: ReadonlySet<string> = new Set(["42P01", "3F000", "42703", "42883", "42704"]);

const NETWORK: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ECONNABORTED",
  "EPIPE",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "EAI_AGAIN",
  "ENOENT", // a socket path
]);

/** What pg and its pool throw without a code when a connection breaks or does not come about. */
const LOST =
  /connection terminated|connection error and is not queryable|timeout exceeded when trying to connect|server does not support ssl/i;
const NO_ANSWER = /query read timeout/i;

function unavailability(thrown: unknown, code: string, place: Place): Reason | undefined {
  const message = messageOf(thrown);
  const reach = `Check that the server is up (heddle doctor) and that DATABASE_URL names it; heddle dev starts one of its own.`;
  switch (code) {
    case "28P01": // invalid_password
    case "28000": // invalid_authorization_specification
      return {
        what: "refused the login",
        hint: "Check the user and password in DATABASE_URL, and the server's pg_hba.conf.",
      };
    case "3D000": // invalid_catalog_name
      return {
        what: "has no such database",
        hint: `Create it (createdb ${place.database}) or correct DATABASE_URL.`,
      };
    case "42501": // insufficient_privilege
      return {
        what: "refused access",
        hint: `Grant the user of DATABASE_URL the rights on the schema "heddle".`,
      };
    case "53300": // too_many_connections
      return {
        what: "has no connection left",
        hint: "Raise max_connections, or lower the pool size of each worker.",
      };
    case "57014": // query_canceled: the statement timeout
      return slow();
    default:
  }
  if (NO_ANSWER.test(message)) return slow();
  if (/^(?:08|53|57P|58)/.test(code) || code === "25006") {
    return { what: "cannot serve now", hint: `Try again when the server is ready. ${reach}` };
  }
  if (NETWORK.has(code) || LOST.test(message)) return { what: "cannot be reached", hint: reach };
  return undefined;
}

function slow(): Reason {
  return {
    what: "did not answer in time",
    hint: "Look for locks and load on the server (pg_stat_activity), or raise the statement timeout.",
  };
}

function codeOf(thrown: unknown): string {
  if (typeof thrown !== "object" || thrown === null || !("code" in thrown)) return "";
  return typeof thrown.code === "string" ? thrown.code : "";
}

/** A host with several addresses fails with an AggregateError whose own message is empty. */
function describe(thrown: unknown): string {
  if (thrown instanceof AggregateError) return thrown.errors.map(messageOf).join("; ");
  return messageOf(thrown);
}
