import type { Deal } from '@/api/queries';
import { staleRetry, type Versioned } from '@/api/versioned';
import { IconButton } from '@/components/Button';
import { ErrorNotice, Notice } from '@/components/Notice';
import { Pane } from '@/components/Pane';
import { DataTable } from '@/components/table/DataTable';
import type { Column, SortKey } from '@/components/table/model';
import { int } from '@/lib/format';

export interface DealsPaneProps {
  columns: readonly Column<Deal>[];
  deals: Versioned<readonly Deal[]>;
  /** Name of the person on show. */
  person: string | undefined;
  /** Empty while no person is selected. */
  personId: string;
  hasOrg: boolean;
  selected: string | undefined;
  sort: readonly SortKey[];
  onSort: (keys: readonly SortKey[]) => void;
  onSelect: (deal: Deal) => void;
  onExport: () => void;
  className: string | undefined;
}

export function DealsPane(props: DealsPaneProps) {
  const { deals, personId, person } = props;
  return (
    <Pane
      title="딜"
      count={personId !== '' && deals.data ? int(deals.data.length) : undefined}
      detail={person}
      className={props.className}
      onRetryStale={staleRetry(deals)}
      actions={
        <IconButton icon="download" label="딜 CSV" disabled={!deals.data?.length} onClick={props.onExport} />
      }
    >
      {personId === '' ? (
        <Notice>
          {props.hasOrg ? '사람을 고르면 그 사람의 딜이 나옵니다.' : '회사와 사람을 고르면 딜이 나옵니다.'}
        </Notice>
      ) : deals.data === undefined && deals.error ? (
        <ErrorNotice what="딜을" error={deals.error} since={deals.errorAt} onRetry={deals.retry} />
      ) : (
        <DataTable
          label="딜"
          columns={props.columns}
          rows={deals.data}
          rowKey={(deal) => deal.id}
          sort={props.sort}
          onSort={props.onSort}
          selectedKey={props.selected}
          onSelect={props.onSelect}
          subject={personId}
          generation={deals.generation}
          empty={`${person ?? '이 사람'}의 딜이 없습니다.`}
        />
      )}
    </Pane>
  );
}
