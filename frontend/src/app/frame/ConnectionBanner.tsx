import { useApi, useFeed } from '@/api/context';
import { Button } from '@/components/Button';
import { clockTime } from '@/lib/dates';
import styles from './ConnectionBanner.module.css';
import { snapshotTime } from './snapshotState';

/** The service cannot be reached: since when, what that means for what is on screen, and a way to try now. */
export function ConnectionBanner() {
  const { feed } = useApi();
  const { lostSince, snapshot } = useFeed();
  if (lostSince === undefined) return null;
  const now = new Date();
  const at = snapshot && snapshotTime(snapshot);
  return (
    <div className={styles.banner} role="alert">
      <p>
        {clockTime(new Date(lostSince), now)}부터 서버에 연결되지 않습니다.{' '}
        {at ? `보이는 내용은 스냅샷 ${clockTime(at, now)} 기준입니다. ` : ''}
        연결되면 저절로 이어집니다.
      </p>
      <Button icon="refresh" onClick={feed.check}>
        지금 다시 연결
      </Button>
    </div>
  );
}
