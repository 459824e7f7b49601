/**
 * Makes a value fit for a port.
 *
 * @returns The value itself where it can cross; else a copy without what cannot: functions, symbols, and what the browser
 *   keeps to itself. Objects of classes become plain ones.
 */
export function cloneable(value: unknown, copies = new Map<object, unknown>()): unknown {
  try {
    structuredClone(value);
    return value;
  } catch {
    if (typeof value !== 'object' || value === null) return undefined;
    if (copies.has(value)) return copies.get(value);
    const copy: { [name: string]: unknown } | unknown[] = Array.isArray(value) ? [] : {};
    copies.set(value, copy);
    for (const [name, each] of Object.entries(value)) Object.assign(copy, { [name]: cloneable(each, copies) });
    return copy;
  }
}
