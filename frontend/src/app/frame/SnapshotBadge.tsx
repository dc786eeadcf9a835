import { useEffect, useId, useState } from 'react';
import { useApi, useFeed } from '@/api/context';
import type { Snapshot } from '@/api/feed';
import { Button } from '@/components/Button';
import { ageText, clockTime, fullDate } from '@/lib/dates';
import { int } from '@/lib/format';
import styles from './SnapshotBadge.module.css';
import { runState, snapshotAge, snapshotTime, snapshotTone } from './snapshotState';

const TICK_MS = 20_000;

function useNow(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  return now;
}

/** "스냅샷 03:00 · 4시간 전": how old what you read is. Amber when stale, red when the last run failed. */
export function SnapshotBadge() {
  const { snapshot, phase } = useFeed();
  const now = useNow();
  const panel = useId();
  if (!snapshot) {
    return <span className={styles.badge}>{phase === 'waiting' ? '스냅샷 대기' : '스냅샷 –'}</span>;
  }
  const at = snapshotTime(snapshot);
  const age = snapshotAge(snapshot, now);
  const tone = snapshotTone(snapshot, now);
  return (
    <>
      <button type="button" className={styles.badge} data-tone={tone} popoverTarget={panel}>
        <span className={styles.dot} aria-hidden="true" />
        <span className={styles.word}>스냅샷 </span>
        <span>{at ? clockTime(at, new Date(now)) : '시각 모름'}</span>
        <span className={styles.age}>· {ageText(age)}</span>
        {tone !== 'fresh' && (
          <span className="unseen">{tone === 'failed' ? '마지막 실행 실패' : '오래됨'}</span>
        )}
      </button>
      <div id={panel} popover="auto" className={styles.panel} role="dialog" aria-label="스냅샷 정보">
        <SnapshotPanel snapshot={snapshot} now={now} />
      </div>
    </>
  );
}

const TABLE_NAMES: Readonly<Record<string, string>> = {
  organization: '회사',
  people: '사람',
  deal: '딜',
  memo: '메모',
  lead: '리드',
  user: '사용자',
  team: '팀',
  webform_history: '웹폼 제출',
};

/** The snapshot's own bookkeeping, which says nothing about the CRM. */
const BOOKKEEPING = new Set(['run_info', 'manifest']);

function SnapshotPanel({ snapshot, now }: { snapshot: Snapshot; now: number }) {
  const { client, feed } = useApi();
  const logout = () => client.logout().finally(feed.check);
  const at = snapshotTime(snapshot);
  const run = snapshot.last_run;
  const tables = Object.entries(snapshot.tables).filter(([name]) => !BOOKKEEPING.has(name));
  return (
    <>
      <h2>{at ? fullDate(at.toISOString()) : '시각을 알 수 없는 스냅샷'}</h2>
      <p className={styles.lead}>
        {ageText(snapshotAge(snapshot, now))}에 CRM을 읽은 그대로입니다. 새 스냅샷이 오면 화면이 저절로
        바뀝니다.
      </p>
      {snapshotTone(snapshot, now) === 'stale' && (
        <p className={styles.warn}>
          정해진 {Math.round(snapshot.stale_after_seconds / 3600)}시간보다 오래되었습니다.
        </p>
      )}
      {snapshot.rejected && (
        <p className={styles.bad}>
          새 파일 {snapshot.rejected.file}을 쓰지 못해 이 스냅샷을 계속 보여 드립니다.{' '}
          {snapshot.rejected.reason}
        </p>
      )}
      {snapshot.workspace?.rejected && (
        <p className={styles.bad}>
          바뀐 워크스페이스 설정을 쓰지 못해 이전 설정을 계속 씁니다. {snapshot.workspace.rejected.reason}
        </p>
      )}
      <table className={styles.rows}>
        <caption className="unseen">표별 행 수</caption>
        <tbody>
          {tables.map(([name, rows]) => (
            <tr key={name}>
              <th scope="row">{TABLE_NAMES[name] ?? name}</th>
              <td>{int(rows)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <dl className={styles.facts}>
        <dt>마지막 실행</dt>
        <dd data-tone={run ? runState(run).tone : undefined}>
          {run ? runState(run).text : '기록 없음'}
          {run?.error && <span className={styles.cause}>{run.error}</span>}
        </dd>
        <dt>숫자 기준</dt>
        <dd>
          {snapshot.numbers === 'corrected' ? '바로잡은 값' : '예전과 같은 값'} ·{' '}
          {snapshot.date_mode === 'kst' ? '한국 날짜' : '원문 날짜'}
        </dd>
        <dt>버전</dt>
        <dd>{snapshot.version}</dd>
        <dt>불러온 시각</dt>
        <dd>{fullDate(snapshot.loaded_at)}</dd>
        <dt>API</dt>
        <dd>{client.base}</dd>
        {snapshot.reader && (
          <>
            <dt>로그인</dt>
            <dd>
              {snapshot.reader} <Button onClick={logout}>로그아웃</Button>
            </dd>
          </>
        )}
        <dt>화면</dt>
        <dd>{__APP_VERSION__}</dd>
      </dl>
    </>
  );
}
