/** Text such as `"1h30m"`, or a number of milliseconds. */
export type DurationDocument = string | number;
/** A count, or a share such as `"50%"`. */
export type ShareDocument = number | string;
/** A literal boolean, `${{ ... }}`, or bare CEL. */
export type ConditionDocument = boolean | string;

export interface RetryDocument {
  readonly maximumAttempts?: number;
  readonly initialInterval?: DurationDocument;
  readonly backoffCoefficient?: number;
  readonly maximumInterval?: DurationDocument;
  readonly nonRetryableErrorTypes?: readonly string[];
  readonly backoff?: "fixed" | "linear" | "exponential" | "fibonacci";
  readonly jitter?: "none" | "full" | "equal" | "decorrelated";
}
