// Values that the page keeps for the next visit. A browser may forbid storage, or its storage may be full. Then the next
// visit begins without the values.

export function recall(key: string): string | undefined {
  try {
    return localStorage.getItem(key) ?? undefined;
  } catch {
    return undefined;
  }
}

export function remember(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // The next visit begins without this value.
  }
}
