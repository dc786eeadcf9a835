import type { Person } from '@/api/queries';
import { staleRetry, type Versioned } from '@/api/versioned';
import { IconButton } from '@/components/Button';
import { ErrorNotice, Notice } from '@/components/Notice';
import { Pane } from '@/components/Pane';
import { DataTable } from '@/components/table/DataTable';
import type { Column, SortKey } from '@/components/table/model';
import { int } from '@/lib/format';
import styles from './OrgView.module.css';
import type { UpperGroup } from './selection';

export interface PeoplePaneProps {
  columns: readonly Column<Person>[];
  people: Versioned<readonly Person[]>;
  /** Those of the chosen upper organisation. */
  shown: readonly Person[];
  groups: readonly UpperGroup[];
  upper: string;
  /** Empty while no company is selected. */
  orgId: string;
  selected: string | undefined;
  sort: readonly SortKey[];
  onSort: (keys: readonly SortKey[]) => void;
  onUpper: (upper: string) => void;
  onSelect: (person: Person) => void;
  onExport: () => void;
  className: string | undefined;
}

export function PeoplePane(props: PeoplePaneProps) {
  const { people, shown, groups, upper, orgId } = props;
  const total = people.data?.length ?? 0;
  return (
    <Pane
      title="사람"
      count={people.data && (upper === '' ? int(total) : `${int(shown.length)} / ${int(total)}`)}
      className={props.className}
      onRetryStale={staleRetry(people)}
      actions={
        <>
          <label className={styles.upper}>
            <span>상위 조직</span>
            <select
              value={upper}
              disabled={groups.length === 0}
              onChange={(event) => props.onUpper(event.target.value)}
            >
              <option value="">{orgId === '' ? '전체' : `전체 (${int(total)})`}</option>
              {groups.map((group) => (
                <option key={group.name} value={group.name}>
                  {group.name} ({int(group.people)})
                </option>
              ))}
              {upper !== '' && !groups.some((group) => group.name === upper) && (
                <option value={upper}>{upper} (0)</option>
              )}
            </select>
          </label>
          <IconButton
            icon="download"
            label="사람 CSV"
            disabled={shown.length === 0}
            onClick={props.onExport}
          />
        </>
      }
    >
      {orgId === '' ? (
        <Notice>회사를 고르면 그 회사의 사람이 나옵니다.</Notice>
      ) : people.data === undefined && people.error ? (
        <ErrorNotice what="사람을" error={people.error} since={people.errorAt} onRetry={people.retry} />
      ) : (
        <DataTable
          label="사람"
          columns={props.columns}
          rows={people.data && shown}
          rowKey={(person) => person.id}
          sort={props.sort}
          onSort={props.onSort}
          selectedKey={props.selected}
          onSelect={props.onSelect}
          subject={`${orgId}\n${upper}`}
          generation={people.generation}
          empty={
            total === 0
              ? '이 회사에 등록된 사람이 없습니다.'
              : `‘${upper}’에 속한 사람이 없습니다. 상위 조직을 전체로 바꾸면 ${int(total)}명이 나옵니다.`
          }
        />
      )}
    </Pane>
  );
}
