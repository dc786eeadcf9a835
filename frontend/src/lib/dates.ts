/**
 * One date rule for the whole dashboard (spec 07 §0, the DK semantics that replace D1 and D6):
 * a timestamp with a zone belongs to its day in Seoul; a timestamp without one, and a plain date, keep their day.
 */

const WEEKDAYS = ['일', '월', '화', '수', '목', '금', '토'] as const;
const KST_OFFSET_MS = 9 * 60 * 60 * 1000;

/** A day as people and systems write it (`2026-02-05`, `2026.2.5`, `20260205`), what may follow it in the third part. */
const DAY = /^(\d{4})(?:[-./](\d{1,2})[-./](\d{1,2})|(\d{2})(\d{2}))(?!\d)(.*)$/s;
const TIME = /^[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})?$/;

interface Stamp {
  year: string;
  month: string;
  day: string;
  /** `HH:MM`, or empty when the text had no time. */
  time: string;
  /** Words that followed the day. */
  note: string;
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}

function stampOf(date: Date): Stamp {
  const kst = new Date(date.getTime() + KST_OFFSET_MS);
  return {
    year: String(kst.getUTCFullYear()),
    month: pad(kst.getUTCMonth() + 1),
    day: pad(kst.getUTCDate()),
    time: `${pad(kst.getUTCHours())}:${pad(kst.getUTCMinutes())}`,
    note: '',
  };
}

function parse(text: string): Stamp | undefined {
  const found = DAY.exec(text.trim());
  if (!found) return undefined;
  const year = found[1] ?? '';
  const month = (found[2] ?? found[4] ?? '').padStart(2, '0');
  const day = (found[3] ?? found[5] ?? '').padStart(2, '0');
  const rest = found[6] ?? '';
  const midnight = new Date(`${year}-${month}-${day}T00:00:00Z`);
  if (Number.isNaN(midnight.getTime()) || midnight.getUTCDate() !== Number(day)) return undefined;

  const clock = TIME.exec(rest);
  // Words after the day ("오후 확정") do not change the day; letters glued to it mean it is no day.
  if (!clock)
    return rest === '' || /^\s/.test(rest) ? { year, month, day, time: '', note: rest.trim() } : undefined;
  const [, hour = '', minute = '', second = '00', zone] = clock;
  if (!zone) return { year, month, day, time: `${hour}:${minute}`, note: '' };
  const colon = /^[+-]\d{4}$/.test(zone) ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone;
  const instant = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}${colon}`);
  return Number.isNaN(instant.getTime()) ? undefined : stampOf(instant);
}

/** `DK` as `YYYY-MM-DD`; text that is no date comes back unchanged; missing → `-`. */
export function dk(text: string | null | undefined): string {
  if (!text?.trim()) return '-';
  const stamp = parse(text);
  return stamp ? `${stamp.year}-${stamp.month}-${stamp.day}` : text;
}

/** `DK` for dense tables: `26.02.05`; text that is no date comes back unchanged; missing → empty. */
export function shortDate(text: string | null | undefined): string {
  if (!text?.trim()) return '';
  const stamp = parse(text);
  return stamp ? `${stamp.year.slice(2)}.${stamp.month}.${stamp.day}` : text.trim();
}

/** For tooltips: `2026-02-05 (목) 14:03` in Korean time; without a time the day, and whatever words followed it. Undefined when it is no date. */
export function fullDate(text: string | null | undefined): string | undefined {
  if (!text?.trim()) return undefined;
  const stamp = parse(text);
  if (!stamp) return undefined;
  const weekday = WEEKDAYS[new Date(`${stamp.year}-${stamp.month}-${stamp.day}T00:00:00Z`).getUTCDay()];
  const day = `${stamp.year}-${stamp.month}-${stamp.day} (${weekday})`;
  return [day, stamp.time, stamp.note].filter(Boolean).join(' ');
}

/** What dates sort by and exports carry: `YYYY-MM-DD HH:MM` in KST, or the text itself. Null when missing. */
export function sortableDate(text: string | null | undefined): string | null {
  if (!text?.trim()) return null;
  const stamp = parse(text);
  if (!stamp) return text.trim();
  const day = `${stamp.year}-${stamp.month}-${stamp.day}`;
  return stamp.time ? `${day} ${stamp.time}` : day;
}

/** An instant as people in the office say it: `03:00` today, `02.05 03:00` this year, `25.02.05 03:00` before. */
export function clockTime(instant: Date, now: Date): string {
  const at = stampOf(instant);
  const today = stampOf(now);
  if (at.year !== today.year) return `${at.year.slice(2)}.${at.month}.${at.day} ${at.time}`;
  if (at.month !== today.month || at.day !== today.day) return `${at.month}.${at.day} ${at.time}`;
  return at.time;
}

/** An age in one unit: `방금`, `12분 전`, `4시간 전`, `3일 전`. */
export function ageText(ageMs: number): string {
  const minutes = Math.floor(ageMs / 60_000);
  if (minutes < 1) return '방금';
  if (minutes < 60) return `${minutes}분 전`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours}시간 전`;
  return `${Math.floor(hours / 24)}일 전`;
}
