import { describe, expect, it } from 'vitest';
import { ageText, clockTime, dk, fullDate, shortDate, sortableDate } from './dates';

describe('dk', () => {
  it.each([
    ['2026-02-05', '2026-02-05'],
    ['2026-02-05T14:00:00.000Z', '2026-02-05'],
    ['2026-02-05T15:00:00.000Z', '2026-02-06'],
    ['2026-02-05T23:30:00+09:00', '2026-02-05'],
    ['2026-02-05T23:30:00-0500', '2026-02-06'],
    ['2026-02-05T23:30:00', '2026-02-05'],
    ['2025년 3월', '2025년 3월'],
    ['2023-5-27', '2023-05-27'],
    ['2024.01.29', '2024-01-29'],
    ['20230720', '2023-07-20'],
    ['202307201', '202307201'],
    ['2026-02-05 오후 확정', '2026-02-05'],
    ['2026-02-05오후', '2026-02-05오후'],
    ['  2025-10-12 ', '2025-10-12'],
    ['2026-02-31', '2026-02-31'],
    ['', '-'],
    [null, '-'],
  ])('%s → %s', (input, output) => {
    expect(dk(input)).toBe(output);
  });
});

describe('dense dates', () => {
  it('are short, and the same day as dk', () => {
    expect(shortDate('2025-12-31T15:00:00Z')).toBe('26.01.01');
    expect(shortDate('2026.02.02')).toBe('26.02.02');
    expect(shortDate('미정')).toBe('미정');
    expect(shortDate(null)).toBe('');
  });

  it('are whole in the tooltip, with the weekday and Korean time', () => {
    expect(fullDate('2026-02-05T05:03:00Z')).toBe('2026-02-05 (목) 14:03');
    expect(fullDate('2026-02-05')).toBe('2026-02-05 (목)');
    expect(fullDate('2026-02-05 오후 확정')).toBe('2026-02-05 (목) 오후 확정');
    expect(fullDate('미정')).toBeUndefined();
    expect(fullDate(undefined)).toBeUndefined();
  });

  it('sort by Korean time', () => {
    const texts = ['2026-02-06', '2026-02-05T16:00:00Z', '2026-02-05'];
    expect(texts.map(sortableDate).sort()).toEqual(['2026-02-05', '2026-02-06', '2026-02-06 01:00']);
    expect(sortableDate('  ')).toBeNull();
  });
});

describe('clock and age', () => {
  const now = new Date('2026-02-05T05:00:00Z');

  it('say as much of the date as is needed', () => {
    expect(clockTime(new Date('2026-02-04T18:00:00Z'), now)).toBe('03:00');
    expect(clockTime(new Date('2026-02-04T14:59:00Z'), now)).toBe('02.04 23:59');
    expect(clockTime(new Date('2025-12-31T03:00:00Z'), now)).toBe('25.12.31 12:00');
  });

  it('say the age in one unit', () => {
    const minute = 60_000;
    expect([30_000, 12 * minute, 4.9 * 60 * minute, 47 * 60 * minute, 50 * 60 * minute].map(ageText)).toEqual(
      ['방금', '12분 전', '4시간 전', '47시간 전', '2일 전'],
    );
  });
});
