import { describe, expect, it } from 'vitest';
import type { Snapshot } from '@/api/feed';
import { runState, snapshotAge, snapshotTone } from './snapshotState';

const HOUR = 3_600_000;
const NOW = Date.parse('2026-02-05T05:00:00Z');

type Run = NonNullable<Snapshot['last_run']>;

const RUN: Run = {
  run_tag: 't',
  status: 'published',
  started_at: '2026-02-04T18:00:00Z',
  finished_at: '2026-02-04T18:12:34Z',
  duration_seconds: 754,
  error_count: 0,
  error: null,
};

const SNAPSHOT: Snapshot = {
  version: 'v',
  generation: 'g',
  run_tag: 't',
  captured_at: '2026-02-05T01:00:00Z',
  loaded_at: '2026-02-05T01:01:00Z',
  age_seconds: 99,
  stale: false,
  stale_after_seconds: 26 * 3600,
  size: 1,
  tables: {},
  numbers: 'corrected',
  date_mode: 'kst',
  last_run: RUN,
  rejected: null,
  workspace: null,
  reader: null,
};

describe('snapshotTone', () => {
  it('turns amber with age, also while the page just stays open', () => {
    expect(snapshotTone(SNAPSHOT, NOW)).toBe('fresh');
    expect(snapshotTone(SNAPSHOT, NOW + 23 * HOUR)).toBe('stale');
    expect(snapshotTone({ ...SNAPSHOT, stale: true }, NOW)).toBe('stale');
  });

  it('turns red when the last run failed or its file was refused', () => {
    for (const status of ['failed', 'interrupted', 'fallback'] as const) {
      expect(snapshotTone({ ...SNAPSHOT, last_run: { ...RUN, status } }, NOW + 23 * HOUR)).toBe('failed');
    }
    for (const status of ['published', 'partial', 'skipped'] as const) {
      expect(snapshotTone({ ...SNAPSHOT, last_run: { ...RUN, status } }, NOW)).toBe('fresh');
    }
    const rejected = { file: 'x.db', version: 'v2', reason: 'broken', rejected_at: '2026-02-05T04:00:00Z' };
    expect(snapshotTone({ ...SNAPSHOT, rejected }, NOW)).toBe('failed');
  });
});

describe('snapshotAge', () => {
  it('counts from the capture, or takes the service’s word', () => {
    expect(snapshotAge(SNAPSHOT, NOW)).toBe(4 * HOUR);
    expect(snapshotAge({ ...SNAPSHOT, captured_at: null }, NOW)).toBe(99_000);
  });
});

describe('runState', () => {
  it('says the result, the time it took and the errors', () => {
    expect(runState(RUN).text).toMatch(/^성공 · .*03:12 · 13분$/);
    expect(runState({ ...RUN, status: 'failed', duration_seconds: 12, error_count: 2 }).text).toMatch(
      /^실패 · .* · 12초 · 오류 2건$/,
    );
  });
});
