import styles from './OrgView.module.css';

/** Green for won, red for lost, nothing else has a colour. The word stays: colour is never the only signal. */
export function statusTone(status: string): 'good' | 'bad' | undefined {
  const words = status.toLowerCase().split(/[^a-z]+/);
  if (words.includes('won')) return 'good';
  if (words.includes('lost') || words.includes('lose')) return 'bad';
  return undefined;
}

export function StatusMark({ status }: { status: string }) {
  return (
    <span className={styles.status} data-tone={statusTone(status)}>
      {status}
    </span>
  );
}
