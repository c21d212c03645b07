export interface DevFlags {
  readonly examples?: boolean;
  readonly demo?: boolean;
  readonly once?: boolean;
}
