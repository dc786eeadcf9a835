import { Fragment } from 'react';
import { useWorkspace } from '@/api/context';
import type { Organization, Person } from '@/api/queries';
import type { Versioned } from '@/api/versioned';
import { crmLink } from '@/api/workspace';
import { Button, IconButton } from '@/components/Button';
import { Icon } from '@/components/Icon';
import { ErrorNotice } from '@/components/Notice';
import { int } from '@/lib/format';
import { namesOf } from '@/lib/names';
import { orgName } from './columns';
import styles from './OrgHeader.module.css';

export interface OrgHeaderProps {
  org: Versioned<Organization>;
  hasSelection: boolean;
  isUnknown: boolean;
  people: readonly Person[] | undefined;
  /** How many upper organisations. */
  groups: number;
  /** Company, person, deal: as far as selected. */
  trail: readonly (string | undefined)[];
  onReset: () => void;
  /** Narrow windows: back to the list. */
  onBack: () => void;
}

export function OrgHeader(props: OrgHeaderProps) {
  const { org, people } = props;
  const workspace = useWorkspace();
  if (!props.hasSelection) {
    return (
      <header className={styles.head}>
        <p className={styles.prompt}>목록에서 회사를 고르세요</p>
        <p className={styles.keys}>
          <kbd>/</kbd> 검색 <kbd>↑</kbd>
          <kbd>↓</kbd> 이동 <kbd>Enter</kbd> 선택 <kbd>?</kbd> 단축키
        </p>
        <Trail trail={props.trail} />
      </header>
    );
  }
  if (props.isUnknown) {
    return (
      <header className={styles.head}>
        <p className={styles.prompt}>이 스냅샷에 없는 회사입니다</p>
        <p className={styles.unknown}>
          삭제되었거나 주소가 잘못되었습니다. <Button onClick={props.onReset}>선택 초기화</Button>
        </p>
      </header>
    );
  }
  if (!org.data) {
    return (
      <header className={styles.head}>
        {org.error ? (
          <ErrorNotice what="회사를" error={org.error} since={org.errorAt} onRetry={org.retry} />
        ) : (
          <div className={styles.skeleton} aria-hidden="true">
            <span />
            <span />
          </div>
        )}
      </header>
    );
  }
  const link = crmLink(workspace, 'org', org.data.id);
  const deals = people?.reduce((total, person) => total + person.deal_count, 0);
  const figures: readonly (readonly [string, string])[] = [
    ['규모', org.data.size?.trim() || '–'],
    ['팀', namesOf(org.data.team).join(', ') || '–'],
    ['담당', namesOf(org.data.owner).join(', ') || '–'],
    ['사람', people ? `${int(people.length)}명` : '…'],
    ['상위 조직', people ? `${int(props.groups)}곳` : '…'],
    ['딜', deals === undefined ? '…' : `${int(deals)}건`],
  ];
  return (
    <header className={styles.head}>
      <div className={styles.line}>
        <IconButton icon="back" label="회사 목록으로" className={styles.back} onClick={props.onBack} />
        <h2 className={styles.name}>{orgName(org.data)}</h2>
        {link && (
          <a href={link} target="_blank" rel="noopener noreferrer" className={styles.crm}>
            CRM <Icon name="external" />
          </a>
        )}
      </div>
      <dl className={styles.figures}>
        {figures.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <Trail trail={props.trail} />
    </header>
  );
}

/** Company › person › deal; a dash where nothing is selected. */
function Trail({ trail }: { trail: readonly (string | undefined)[] }) {
  return (
    <nav className={styles.trail} aria-label="선택 경로">
      {trail.map((part, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the three places of the path are fixed.
        <Fragment key={index}>
          {index > 0 && <span aria-hidden="true">›</span>}
          <span className={styles.part} data-tip={part} data-tip-when="cut">
            {part ?? '-'}
          </span>
        </Fragment>
      ))}
    </nav>
  );
}
