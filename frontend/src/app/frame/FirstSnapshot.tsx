import { useApi, useFeed } from '@/api/context';
import { errorText } from '@/api/errors';
import { Button } from '@/components/Button';
import styles from './FirstSnapshot.module.css';

/** The service runs but has nothing to show yet; or it refuses to say what it has. Resolves itself either way. */
export function FirstSnapshot() {
  const { feed } = useApi();
  const { phase, error } = useFeed();
  return (
    <section className={styles.page} role="status">
      {phase === 'waiting' ? (
        <>
          <h2>첫 스냅샷을 기다리는 중입니다</h2>
          <p>
            CRM에서 처음으로 자료를 읽어 오고 있습니다. 다 읽으면 이 화면이 저절로 바뀌니 그대로 두셔도
            됩니다.
          </p>
        </>
      ) : (
        <>
          <h2>스냅샷 정보를 받지 못했습니다</h2>
          <p>{errorText(error)}</p>
          <Button icon="refresh" onClick={feed.check}>
            다시 시도
          </Button>
        </>
      )}
    </section>
  );
}
