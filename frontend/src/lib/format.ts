/**
 * The format codes of spec 07 §0, one home for every number on screen.
 * Amounts come in won (or, for the E codes, already in 억); missing means null, undefined or NaN.
 * Negative numbers print a true minus (−); values that round to zero never print a sign.
 */

export type Amount = number | null | undefined;

/** Won in one 억. */
export const WON_PER_EOK = 1e8;

/** What a table cell shows for zero or missing: muted by the cell, so that real numbers stand out. */
export const BLANK = '–';

const MISSING = '-';

function isMissing(value: Amount): value is null | undefined {
  return value === null || value === undefined || Number.isNaN(value);
}

/** `toFixed` of the double (half cases follow the binary value), with a true minus and without `-0.0`. */
export function fixed(value: number, digits: number): string {
  const text = Math.abs(value).toFixed(digits);
  const isZero = Number(text) === 0;
  return value < 0 && !isZero ? `−${text}` : text;
}

function grouped(value: number): string {
  const text = Math.abs(Math.round(value)).toLocaleString('en-US');
  return Math.round(value) < 0 ? `−${text}` : text;
}

/** `W2`: won → `1.23억`. */
export function w2(won: Amount): string {
  return isMissing(won) ? MISSING : `${fixed(won / WON_PER_EOK, 2)}억`;
}

/** `W1`: won → `1.2`; missing counts as zero. */
export function w1(won: Amount): string {
  return fixed((isMissing(won) ? 0 : won) / WON_PER_EOK, 1);
}

/** `W1+`: as `W1`, anything not above zero is `-`. */
export function w1Plus(won: Amount): string {
  return isMissing(won) || won <= 0 ? MISSING : w1(won);
}

/** `E2`: 억 → `1.23억`. */
export function e2(eok: Amount): string {
  return isMissing(eok) ? MISSING : `${fixed(eok, 2)}억`;
}

/** `E1`: 억 → `1.2`. Null is missing, not zero (B-03). */
export function e1(eok: Amount): string {
  return isMissing(eok) ? MISSING : fixed(eok, 1);
}

/** `E1+`: as `E1`, anything not above zero is `-`. */
export function e1Plus(eok: Amount): string {
  return isMissing(eok) || eok <= 0 ? MISSING : e1(eok);
}

/** `WON`: exact won with thousands separators. */
export function won(value: Amount | ''): string {
  return value === '' || isMissing(value) ? MISSING : grouped(value);
}

/** `INT`: a count with thousands separators. */
export function int(value: Amount): string {
  return isMissing(value) ? '0' : grouped(value);
}

/** `PCT`: percent points, never rescaled (B-02). */
export function pct(value: Amount): string {
  return isMissing(value) ? MISSING : `${fixed(value, 1)}%`;
}

/** `X2`: a ratio. */
export function x2(value: Amount): string {
  return isMissing(value) ? 'n/a' : fixed(value, 2);
}

/** `UP`: an upper organisation. */
export function up(value: string | null | undefined): string {
  return value?.trim() || '미입력';
}

/** `CAT`: a category. */
export function cat(value: string | null | undefined): string {
  return value?.trim() || '미기재';
}

/** `LIST`: names joined `, `. */
export function list(names: readonly (string | null | undefined)[] | null | undefined): string {
  const present = (names ?? []).map((name) => name?.trim()).filter(Boolean);
  return present.length > 0 ? present.join(', ') : MISSING;
}

/** `PROB`: text, JSON text of an array or object, or an array → elements joined with `/`; bad JSON → the raw text. */
export function prob(value: unknown): string {
  const parts = probParts(value);
  return parts.length > 0 ? parts.join('/') : MISSING;
}

function probParts(value: unknown): string[] {
  if (value === null || value === undefined) return [];
  if (Array.isArray(value)) return value.flatMap(probParts);
  if (typeof value === 'object') return Object.values(value).flatMap(probParts);
  const text = String(value).trim();
  if (text.startsWith('[') || text.startsWith('{')) {
    try {
      return probParts(JSON.parse(text));
    } catch {
      return [text];
    }
  }
  return text === '' ? [] : [text];
}

/**
 * An amount as a table cell: 억 without unit (the header carries it), zero and missing as a dash.
 * An amount too small for the digits prints `0.00`; its tooltip has the exact won.
 */
export function eokCell(value: Amount, digits = 2): string {
  return isMissing(value) || value === 0 ? BLANK : fixed(value / WON_PER_EOK, digits);
}

/** A count as a table cell: zero and missing as a dash. */
export function countCell(value: Amount): string {
  return isMissing(value) || value === 0 ? BLANK : grouped(value);
}

/** The tooltip of an amount: the exact won. */
export function exactWon(value: Amount): string | undefined {
  return isMissing(value) ? undefined : `${grouped(value)}원`;
}
