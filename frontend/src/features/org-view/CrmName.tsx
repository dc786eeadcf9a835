import styles from './OrgView.module.css';

/** A record's name; with a CRM configured, a link that opens it there. Not a tab stop of its own: Ctrl-Enter in its row. */
export function CrmName({ href, text }: { href: string | undefined; text: string }) {
  if (!href) return text;
  return (
    <a href={href} target="_blank" rel="noopener noreferrer" tabIndex={-1} className={styles.crmName}>
      {text}
    </a>
  );
}
