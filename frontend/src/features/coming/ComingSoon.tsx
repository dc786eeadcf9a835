import { buildHash } from '@/lib/route';
import styles from './ComingSoon.module.css';

/** The honest page of a screen that is not there: no invented numbers, and a way to what is. */
export function ComingSoon({ title, absent, viewer }: { title: string; absent: boolean; viewer: string }) {
  return (
    <section className={styles.page}>
      <h2>{title}</h2>
      <p>
        {absent
          ? '이 대시보드는 이 제품에 포함되지 않습니다. 저장해 둔 주소는 계속 열립니다.'
          : '이 대시보드는 다음 버전에서 제공됩니다. 지금은 같은 스냅샷의 조직, 사람, 딜, 메모를 뷰어에서 볼 수 있습니다.'}
      </p>
      <a href={buildHash(viewer)}>조직/People/Deal 뷰어 열기</a>
    </section>
  );
}
