import { useCallback, useEffect, useMemo, useRef } from 'react';
import { useFeed, useWorkspace } from '@/api/context';
import { ApiError, errorText } from '@/api/errors';
import { ALL_SIZES, useDeals, useMemos, useOrg, useOrgs, usePeople, useSizes } from '@/api/queries';
import { staleRetry } from '@/api/versioned';
import { Button, IconButton } from '@/components/Button';
import { ErrorNotice, Notice } from '@/components/Notice';
import { Pane } from '@/components/Pane';
import { TopBarControls } from '@/components/slot';
import { formatSort, parseSort, sortRows, tableCsv } from '@/components/table/model';
import { useToasts } from '@/components/toast';
import { fullDate } from '@/lib/dates';
import { download, fileName } from '@/lib/export';
import { int } from '@/lib/format';
import { dealColumns, orgColumns, orgName, personColumns } from './columns';
import { DealsPane } from './DealsPane';
import { Finder } from './Finder';
import { MemoPane } from './MemoPane';
import { findMemo, MemoSheet } from './MemoSheet';
import { OrgHeader } from './OrgHeader';
import { OrgList } from './OrgList';
import styles from './OrgView.module.css';
import { PeoplePane } from './PeoplePane';
import { effectiveDeal, effectivePerson, peopleOf, upperGroups, useSelection } from './selection';

/** Characters of a memo that a row shows (spec 07 §2.11). */
const COMPANY_CLIP = 140;
const CLIP = 120;

/** 조직/People/Deal 뷰어, the browse part of spec 07 §2.11: company → upper organisation → person → deal, with the memos. */
export default function OrgView({ title }: { title: string }) {
  const workspace = useWorkspace();
  const toasts = useToasts();
  const { snapshot } = useFeed();
  const { selection, choose, adjust, openMemo, closeMemo } = useSelection();
  const size = selection.size ?? workspace.defaultSize;

  const sizes = useSizes();
  const orgs = useOrgs({ size, search: selection.q });
  const org = useOrg(selection.org);
  const people = usePeople(selection.org);
  const groups = useMemo(() => upperGroups(people.data ?? []), [people.data]);
  const shownPeople = useMemo(
    () => peopleOf(people.data ?? [], selection.upper),
    [people.data, selection.upper],
  );
  const person = effectivePerson(shownPeople, selection.person);
  const deals = useDeals(person?.id ?? '');
  const deal = effectiveDeal(deals.data ?? [], selection.deal);
  const memos = {
    org: useMemos('org', selection.org),
    person: useMemos('person', person?.id ?? ''),
    deal: useMemos('deal', deal?.id ?? ''),
  };

  // A size without companies switches to all of them once, and says so.
  const switched = useRef(false);
  const isEmptySize = orgs.data?.length === 0 && !orgs.error && selection.q === '' && size !== ALL_SIZES;
  useEffect(() => {
    if (!isEmptySize || switched.current) return;
    switched.current = true;
    toasts.show('info', `‘${size}’ 규모의 회사가 없어 전체를 보여 드립니다`);
    adjust({ size: ALL_SIZES });
  }, [isEmptySize, size, adjust, toasts]);

  const isUnknown = org.error instanceof ApiError && org.error.status === 404;
  useEffect(() => {
    if (isUnknown) toasts.show('error', '주소에 있는 회사를 이 스냅샷에서 찾지 못했습니다');
  }, [isUnknown, toasts]);

  const reset = useCallback(() => {
    switched.current = false;
    const hasDefault = sizes.data?.includes(workspace.defaultSize) ?? true;
    choose({ size: hasDefault ? undefined : ALL_SIZES, q: '', org: '', psort: '', dsort: '' });
  }, [choose, sizes.data, workspace.defaultSize]);

  const changeSize = (next: string) => {
    // The company stays selected while the new list still has it.
    const stays = next === ALL_SIZES || org.data?.size === next;
    choose({ size: next === workspace.defaultSize ? undefined : next, ...(stays ? {} : { org: '' }) });
  };
  const search = useCallback(
    (q: string, how: 'typing' | 'enter') => (how === 'typing' ? adjust({ q }) : choose({ q })),
    [adjust, choose],
  );

  const name = org.data ? orgName(org.data) : '';
  const personName = person ? (person.name ?? person.id) : undefined;
  const dealName = deal ? (deal.name ?? deal.id) : undefined;
  const filters = [`기업 규모 ${size}`, selection.q && `검색 ‘${selection.q}’`].filter(Boolean).join(', ');
  const head = (what: string): readonly (readonly [string, string])[] => [
    ['화면', `${title} · ${what}`],
    ['조건', [filters, name, selection.upper && `상위 조직 ${selection.upper}`].filter(Boolean).join(', ')],
    ['스냅샷', snapshot ? `${fullDate(snapshot.captured_at) ?? '시각 모름'} (${snapshot.version})` : ''],
  ];
  const save = (what: string, csv: string) =>
    download(`${fileName(what)}.csv`, csv, 'text/csv;charset=utf-8');

  const psort = useMemo(() => parseSort(selection.psort), [selection.psort]);
  const dsort = useMemo(() => parseSort(selection.dsort), [selection.dsort]);
  const peopleColumns = useMemo(() => personColumns(workspace), [workspace]);
  const dealsColumns = useMemo(() => dealColumns(workspace), [workspace]);

  const open = findMemo(selection.memo, [
    { kind: '회사 메모', owner: name, memos: memos.org.data },
    { kind: '사람 메모', owner: personName ?? '', memos: memos.person.data },
    { kind: '딜 메모', owner: dealName ?? '', memos: memos.deal.data },
  ]);

  const sizeOptions = [...new Set([workspace.defaultSize, ALL_SIZES, ...(sizes.data ?? []), size])];
  const hasOrg = selection.org !== '';

  return (
    <div className={styles.view} data-has-org={hasOrg || undefined}>
      <TopBarControls>
        <label className={styles.size}>
          <span>기업 규모</span>
          <select value={size} onChange={(event) => changeSize(event.target.value)}>
            {sizeOptions.map((option) => (
              <option key={option}>{option}</option>
            ))}
          </select>
        </label>
        <Button icon="reset" className={styles.reset} onClick={reset}>
          선택 초기화
        </Button>
      </TopBarControls>

      <div className={`print-only ${styles.printHead}`}>
        {head(name || '회사 목록').map(([what, value]) => (
          <p key={what}>
            {what}: {value}
          </p>
        ))}
      </div>

      <Pane
        title="회사"
        count={orgs.data && `${int(orgs.data.length)}${orgs.hasMore ? '+' : ''}`}
        detail={size}
        className={styles.orgs}
        onRetryStale={staleRetry(orgs)}
        actions={
          <>
            <IconButton icon="refresh" label="목록 새로고침" onClick={orgs.reload} />
            <IconButton
              icon="download"
              label="회사 목록 CSV"
              disabled={!orgs.data?.length}
              onClick={() =>
                orgs.loadAll().then(
                  (all) => save(`회사_${size}`, tableCsv(head('회사 목록'), orgColumns, all)),
                  (error: unknown) =>
                    toasts.show('error', `회사 목록을 저장하지 못했습니다. ${errorText(error)}`),
                )
              }
            />
          </>
        }
      >
        <Finder q={selection.q} onSearch={search} />
        {orgs.data === undefined && orgs.error ? (
          <ErrorNotice what="회사 목록을" error={orgs.error} since={orgs.errorAt} onRetry={orgs.retry} />
        ) : (
          <OrgList
            orgs={orgs}
            subject={`${size}\n${selection.q}`}
            selected={selection.org}
            onSelect={(id) => choose({ org: id })}
            empty={
              <Notice>
                {selection.q !== '' ? (
                  <>
                    <p>
                      {size === ALL_SIZES ? '' : `${size} 중에 `}‘{selection.q}’에 맞는 회사가 없습니다.
                    </p>
                    <p className={styles.ways}>
                      {size !== ALL_SIZES && (
                        <Button onClick={() => choose({ size: ALL_SIZES })}>전체에서 찾기</Button>
                      )}
                      <Button onClick={() => choose({ q: '' })}>검색 지우기</Button>
                    </p>
                  </>
                ) : (
                  '사람이나 딜이 있는 회사가 없습니다.'
                )}
              </Notice>
            }
          />
        )}
      </Pane>

      <div className={styles.detail}>
        <OrgHeader
          org={org}
          hasSelection={hasOrg}
          isUnknown={isUnknown}
          people={people.data}
          groups={groups.length}
          trail={[name || undefined, personName, dealName]}
          onReset={reset}
          onBack={() => choose({ org: '' })}
        />
        <PeoplePane
          className={styles.people}
          columns={peopleColumns}
          people={people}
          shown={shownPeople}
          groups={groups}
          upper={selection.upper}
          orgId={selection.org}
          selected={person?.id}
          sort={psort}
          onSort={(keys) => choose({ psort: formatSort(keys) })}
          onUpper={(upper) => choose({ upper })}
          onSelect={(row) => row.id !== '' && choose({ person: row.id })}
          onExport={() =>
            save(
              `사람_${name}`,
              tableCsv(head('사람'), peopleColumns, sortRows(shownPeople, peopleColumns, psort)),
            )
          }
        />
        <DealsPane
          className={styles.deals}
          columns={dealsColumns}
          deals={deals}
          person={personName}
          personId={person?.id ?? ''}
          hasOrg={hasOrg}
          selected={deal?.id}
          sort={dsort}
          onSort={(keys) => choose({ dsort: formatSort(keys) })}
          onSelect={(row) => row.id !== '' && choose({ person: person?.id ?? '', deal: row.id })}
          onExport={() =>
            save(
              `딜_${name}_${personName ?? ''}`,
              tableCsv(
                head(`딜 · ${personName ?? ''}`),
                dealsColumns,
                sortRows(deals.data ?? [], dealsColumns, dsort),
              ),
            )
          }
        />
      </div>

      <div className={styles.memos}>
        <MemoPane
          title="회사 메모"
          owner={name || undefined}
          subject={selection.org}
          memos={memos.org}
          clipAt={COMPANY_CLIP}
          waiting="회사를 고르면 회사에 남긴 메모가 나옵니다."
          empty="회사에 남긴 메모가 없습니다."
          open={selection.memo}
          onOpen={openMemo}
          className={memos.org.data?.length === 0 ? styles.folded : undefined}
        />
        <MemoPane
          title="사람 메모"
          owner={personName}
          subject={person?.id ?? ''}
          memos={memos.person}
          clipAt={CLIP}
          waiting="사람을 고르면 그 사람에게 남긴 메모가 나옵니다."
          empty="이 사람에게 남긴 메모가 없습니다."
          open={selection.memo}
          onOpen={openMemo}
        />
        <MemoPane
          title="딜 메모"
          owner={dealName}
          subject={deal?.id ?? ''}
          memos={memos.deal}
          clipAt={CLIP}
          waiting="딜을 고르면 그 딜에 남긴 메모가 나옵니다."
          empty="이 딜에 남긴 메모가 없습니다."
          open={selection.memo}
          onOpen={openMemo}
        />
      </div>
      {open && <MemoSheet open={open} onOpen={openMemo} onClose={closeMemo} />}
    </div>
  );
}
