/** The column models of the viewer's tables (spec 07 §2.11). */
import type { Deal, Memo, Organization, Person } from '@/api/queries';
import { crmLink, type Workspace } from '@/api/workspace';
import type { Column } from '@/components/table/model';
import { fullDate, shortDate, sortableDate } from '@/lib/dates';
import { countCell, eokCell, exactWon, int, up } from '@/lib/format';
import { memoLine } from '@/lib/memoText';
import { namesOf } from '@/lib/names';
import { CrmName } from './CrmName';
import { StatusMark } from './StatusMark';

function plain(value: string | null): string | null {
  return value?.trim() || null;
}

function sum<Row>(rows: readonly Row[], value: (row: Row) => number | null): number {
  return rows.reduce((total, row) => total + (value(row) ?? 0), 0);
}

export function orgName(org: Pick<Organization, 'id' | 'name'>): string {
  return org.name.trim() || org.id;
}

export const orgColumns: readonly Column<Organization>[] = [
  { id: 'name', header: '회사', width: 200, grow: true, value: orgName },
  { id: 'size', header: '기업 규모', width: 80, value: (org) => plain(org.size) },
  { id: 'team', header: '팀', width: 120, value: (org) => namesOf(org.team).join(', ') || null },
  { id: 'owner', header: '담당자', width: 100, value: (org) => namesOf(org.owner).join(', ') || null },
  { id: 'id', header: 'ID', width: 120, value: (org) => org.id },
];

export function personColumns(workspace: Workspace): readonly Column<Person>[] {
  return [
    {
      id: 'name',
      header: '이름',
      width: 92,
      total: (rows) => ({ text: `${int(rows.length)}명` }),
      value: (person) => plain(person.name) ?? person.id,
      render: (person, text) => <CrmName href={crmLink(workspace, 'person', person.id)} text={text} />,
    },
    {
      id: 'upper',
      header: '소속 상위 조직',
      width: 120,
      grow: true,
      value: (person) => up(person.upper_org),
    },
    {
      id: 'team',
      header: '팀',
      headerTip: '팀(명함/메일서명)',
      exportHeader: '팀(명함/메일서명)',
      width: 104,
      grow: true,
      value: (person) => plain(person.team_signature),
    },
    {
      id: 'title',
      header: '직급',
      headerTip: '직급(명함/메일서명)',
      exportHeader: '직급(명함/메일서명)',
      width: 72,
      value: (person) => plain(person.title_signature),
    },
    {
      id: 'area',
      header: '담당 교육 영역',
      width: 104,
      grow: true,
      value: (person) => plain(person.edu_area),
    },
    {
      id: 'deals',
      header: '딜',
      headerTip: '이 사람의 딜 수',
      exportHeader: '딜 수',
      width: 56,
      align: 'right',
      value: (person) => person.deal_count,
      text: (person) => countCell(person.deal_count),
      total: (rows) => ({ text: int(sum(rows, (person) => person.deal_count)) }),
    },
  ];
}

export function dealColumns(workspace: Workspace): readonly Column<Deal>[] {
  return [
    {
      id: 'created',
      header: '생성일',
      width: 78,
      value: (deal) => sortableDate(deal.created_at),
      text: (deal) => shortDate(deal.created_at),
      tip: (deal) => fullDate(deal.created_at),
      total: (rows) => ({ text: `${int(rows.length)}건` }),
    },
    {
      id: 'name',
      header: '이름',
      width: 132,
      grow: true,
      value: (deal) => plain(deal.name) ?? deal.id,
      render: (deal, text) => <CrmName href={crmLink(workspace, 'deal', deal.id)} text={text} />,
    },
    {
      id: 'status',
      header: '상태',
      width: 70,
      value: (deal) => plain(deal.status),
      render: (_, text) => <StatusMark status={text} />,
    },
    amountColumn('amount', '금액', '금액', (deal) => deal.amount),
    amountColumn('expected', '예상', '예상 체결액', (deal) => deal.expected_amount),
    {
      id: 'contract',
      header: '체결일',
      headerTip: '계약 체결일',
      exportHeader: '계약 체결일',
      width: 68,
      value: (deal) => sortableDate(deal.contract_date),
      text: (deal) => shortDate(deal.contract_date),
      tip: (deal) => fullDate(deal.contract_date),
    },
    { id: 'owner', header: '담당자', width: 84, value: (deal) => plain(deal.ownerName) },
  ];
}

function amountColumn(
  id: string,
  header: string,
  wholeHeader: string,
  value: (deal: Deal) => number | null,
): Column<Deal> {
  return {
    id,
    header,
    headerTip: wholeHeader,
    unit: '억',
    exportHeader: `${wholeHeader}(원)`,
    width: 68,
    align: 'right',
    value,
    text: (deal) => eokCell(value(deal)),
    tip: (deal) => exactWon(value(deal)),
    total: (rows) => {
      const total = sum(rows, value);
      const tip = exactWon(total);
      return { text: eokCell(total), ...(tip ? { tip } : {}) };
    },
  };
}

export function memoAuthor(memo: Memo): string {
  return plain(memo.ownerName) ?? plain(memo.ownerId) ?? '작성자 모름';
}

export const memoColumns: readonly Column<Memo>[] = [
  { id: 'created', header: '작성일', width: 72, value: (memo) => sortableDate(memo.createdAt) },
  { id: 'author', header: '작성자', width: 84, value: memoAuthor },
  { id: 'body', header: '본문', width: 240, grow: true, value: (memo) => memoLine(memo) || null },
];
