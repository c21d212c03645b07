/** The number at an index that is known to be inside the array. */
export function at(array: Int32Array | Uint8Array, index: number): number {
  return array[index] ?? 0;
}
