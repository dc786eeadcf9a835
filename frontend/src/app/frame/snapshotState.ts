/** How the badge reads a snapshot: its time, age and tone. */
import type { Snapshot } from '@/api/feed';
import { clockTime } from '@/lib/dates';

export type SnapshotTone = 'fresh' | 'stale' | 'failed';

type Run = NonNullable<Snapshot['last_run']>;

const RUN_WORDS: Readonly<Record<Run['status'], { word: string; tone: 'ok' | 'warn' | 'bad' }>> = {
  published: { word: '성공', tone: 'ok' },
  partial: { word: '일부 성공', tone: 'warn' },
  fallback: { word: '실패, 이전 스냅샷 유지', tone: 'bad' },
  failed: { word: '실패', tone: 'bad' },
  interrupted: { word: '중단됨', tone: 'bad' },
  skipped: { word: '건너뜀', tone: 'ok' },
};

export function snapshotTime(snapshot: Snapshot): Date | undefined {
  if (!snapshot.captured_at) return undefined;
  const at = new Date(snapshot.captured_at);
  return Number.isNaN(at.getTime()) ? undefined : at;
}

/** Milliseconds. The service's word for a snapshot that does not say when it was taken. */
export function snapshotAge(snapshot: Snapshot, now: number): number {
  const at = snapshotTime(snapshot);
  return at ? Math.max(0, now - at.getTime()) : snapshot.age_seconds * 1000;
}

/** Red before amber: a failed run is why a snapshot gets old. */
export function snapshotTone(snapshot: Snapshot, now: number): SnapshotTone {
  const status = snapshot.last_run?.status;
  if (snapshot.rejected || (status && RUN_WORDS[status]?.tone === 'bad')) return 'failed';
  return snapshot.stale || snapshotAge(snapshot, now) > snapshot.stale_after_seconds * 1000
    ? 'stale'
    : 'fresh';
}

export function runState(run: Run): { text: string; tone: 'ok' | 'warn' | 'bad' } {
  const { word, tone } = RUN_WORDS[run.status] ?? { word: run.status, tone: 'warn' };
  const finished = run.finished_at ?? run.started_at;
  const at = finished ? ` · ${clockTime(new Date(finished), new Date())}` : '';
  const errors = run.error_count > 0 ? ` · 오류 ${run.error_count}건` : '';
  return { text: `${word}${at} · ${durationText(run.duration_seconds)}${errors}`, tone };
}

function durationText(seconds: number): string {
  if (seconds < 60) return `${Math.round(seconds)}초`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes}분` : `${Math.floor(minutes / 60)}시간 ${minutes % 60}분`;
}
