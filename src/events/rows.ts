import type { JsonValue } from "../core/index.ts";
import type { BusEvent } from "./bus.ts";

/** An event as the columns of `EVENT_COLUMNS` give it. */
export interface EventRow {
  /** bigint arrives as text; sequence numbers stay far below 2^53. */
  readonly sequence: string;
  readonly id: string;
  readonly type: string;
  readonly data: string;
  readonly source: string | null;
  readonly correlation: string | null;
  readonly causation: string | null;
  readonly published_at: Date;
  readonly expires_at: Date | null;
}

/** Of the table or CTE `e`. */
export const EVENT_COLUMNS = `e.sequence, e.id, e.type, e.data, e.source, e.correlation, e.causation,
  e.published_at, e.expires_at`;

export function readEvent(row: EventRow): BusEvent {
  return {
    id: row.id,
    type: row.type,
    data: JSON.parse(row.data) as JsonValue, // as: only publish writes this column, from JSON
    source: row.source,
    correlation: row.correlation,
    causation: row.causation,
    sequence: Number(row.sequence),
    publishedAt: row.published_at.toISOString(),
    expiresAt: row.expires_at?.toISOString() ?? null,
  };
}
