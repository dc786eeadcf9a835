/**
 * Names out of the CRM's loosely typed team and owner values (spec 02 §1.4): an object with a name, a list of them, plain
 * text, a scalar, or nothing.
 */
export function namesOf(value: unknown): string[] {
  if (value === null || value === undefined) return [];
  if (Array.isArray(value)) return value.flatMap(namesOf);
  if (typeof value === 'object') {
    const { name, id } = value as { name?: unknown; id?: unknown };
    return namesOf(name ?? id);
  }
  const text = String(value).trim();
  return text === '' ? [] : [text];
}
