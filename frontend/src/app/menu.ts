/**
 * The navigation table of spec 07 §1: it drives the sidebar, the routes and the palette. Hash ids are bookmarks: they never
 * change, not even with the year. Labels are built from the report year.
 */

export type SectionId = 'perf' | 'ops' | 'org-perf' | 'analysis' | 'qa';

interface Years {
  /** Report year, `2026`. */
  y: string;
  /** Its last two digits. */
  yy: string;
  /** The year before, and its last two digits. */
  p: string;
  pp: string;
  /** Last two digits of the year before that. */
  old: string;
}

interface Entry {
  id: string;
  label: (years: Years) => string;
  /** Nesting: one arrow per level. */
  level?: 1;
  /** Opens by hash only. */
  hidden?: true;
  /** Never to be built in this edition (spec 07 §9). */
  absent?: true;
}

interface Section {
  id: SectionId;
  label: string;
  entries: readonly Entry[];
}

const SECTIONS: readonly Section[] = [
  {
    id: 'perf',
    label: '사업부 퍼포먼스',
    entries: [
      { id: 'biz-perf-pl-progress-2026', label: ({ y }) => `${y} P&L` },
      { id: 'biz-perf-monthly', label: ({ y }) => `${y} 월별 체결액` },
      {
        id: 'counterparty-risk-daily',
        label: ({ y }) => `${y} Daily Report(출강)`,
        hidden: true,
        absent: true,
      },
      {
        id: 'counterparty-risk-daily-online',
        label: ({ y }) => `${y} Daily Report(온라인)`,
        hidden: true,
        absent: true,
      },
    ],
  },
  {
    id: 'ops',
    label: '운영 메뉴',
    entries: [
      { id: 'target-2026', label: ({ y }) => `${y} Targetboard(출강)` },
      { id: 'target-2026-online', label: ({ y }) => `${y} Targetboard(온라인)` },
      { id: 'rank-2025-counterparty-dri', label: ({ y }) => `${y} 카운터파티 DRI` },
      { id: 'ops-2026-online-retention', label: ({ y }) => `${y} 온라인 리텐션` },
      { id: 'edu-all-dealcheck', label: () => '교육 전체 딜체크' },
      { id: 'edu1-dealcheck', label: () => '교육 1팀 딜체크' },
      { id: 'edu1-dealcheck-part1', label: () => '교육 1팀 1파트 딜체크', level: 1 },
      { id: 'edu1-dealcheck-part2', label: () => '교육 1팀 2파트 딜체크', level: 1 },
      { id: 'edu2-dealcheck', label: () => '교육 2팀 딜체크' },
      { id: 'edu2-dealcheck-part1', label: () => '교육 2팀 1파트 딜체크', level: 1 },
      { id: 'edu2-dealcheck-part2', label: () => '교육 2팀 2파트 딜체크', level: 1 },
      { id: 'edu2-dealcheck-online', label: () => '교육 2팀 온라인셀 딜체크', level: 1 },
      { id: 'public-dealcheck', label: () => '공공교육팀 딜체크' },
    ],
  },
  {
    id: 'org-perf',
    label: '조직별 퍼포먼스',
    entries: [
      { id: 'biz-perf-monthly-edu1', label: ({ yy }) => `${yy} 1팀 월별 체결액` },
      { id: 'biz-perf-monthly-edu2', label: ({ yy }) => `${yy} 2팀 월별 체결액` },
      { id: 'biz-perf-monthly-edu1-part1', label: ({ yy }) => `${yy} 1팀 1파트 월별 체결액` },
      { id: 'biz-perf-monthly-edu1-part2', label: ({ yy }) => `${yy} 1팀 2파트 월별 체결액` },
      { id: 'biz-perf-monthly-edu2-part1', label: ({ yy }) => `${yy} 2팀 1파트 월별 체결액` },
      { id: 'biz-perf-monthly-edu2-part2', label: ({ yy }) => `${yy} 2팀 2파트 월별 체결액` },
      { id: 'biz-perf-monthly-edu2-online', label: ({ yy }) => `${yy} 2팀 온라인셀 월별 체결액` },
      { id: 'biz-perf-monthly-public', label: ({ yy }) => `${yy} 공공교육팀 월별 체결액` },
    ],
  },
  {
    id: 'analysis',
    label: '분석 메뉴',
    entries: [
      { id: 'biz-perf-monthly-edu2-inquiries', label: ({ y }) => `${y} 문의 인입 현황` },
      { id: 'biz-perf-monthly-close-rate-2026', label: ({ y }) => `${y} 체결률 현황` },
      { id: 'statepath-2425', label: ({ old, pp }) => `StatePath ${old}→${pp}` },
      { id: 'rank-2025', label: ({ p }) => `${p} 체결액 순위` },
      { id: 'org-view', label: () => '조직/People/Deal 뷰어' },
      { id: 'rank-2025-people', label: ({ p }) => `${p} 대기업 딜·People`, hidden: true },
      { id: 'industry-2025', label: () => '업종별 매출', hidden: true },
    ],
  },
  {
    id: 'qa',
    label: '검수 메뉴',
    entries: [
      { id: 'deal-qc-r1r15', label: () => '개인별 세일즈맵 검수' },
      { id: 'mismatch-2025', label: () => '고객사 불일치' },
      { id: 'mismatch-2025-monthly-revenue', label: () => '월별 매출신고' },
    ],
  },
];

export interface MenuEntry {
  readonly id: string;
  readonly label: string;
  readonly level: number;
  readonly hidden: boolean;
  readonly absent: boolean;
  readonly section: SectionId;
}

export interface MenuSection {
  readonly id: SectionId;
  readonly label: string;
  /** Every entry, hidden ones too. */
  readonly entries: readonly MenuEntry[];
}

export function buildMenu(reportYear: number): readonly MenuSection[] {
  const two = (year: number) => String(year).slice(-2);
  const years: Years = {
    y: String(reportYear),
    yy: two(reportYear),
    p: String(reportYear - 1),
    pp: two(reportYear - 1),
    old: two(reportYear - 2),
  };
  return SECTIONS.map((section) => ({
    id: section.id,
    label: section.label,
    entries: section.entries.map((entry) => ({
      id: entry.id,
      label: entry.label(years),
      level: entry.level ?? 0,
      hidden: entry.hidden ?? false,
      absent: entry.absent ?? false,
      section: section.id,
    })),
  }));
}

export function findEntry(menu: readonly MenuSection[], id: string): MenuEntry | undefined {
  return menu.flatMap((section) => section.entries).find((entry) => entry.id === id);
}

/**
 * Opens without a hash or with an unknown one. The targetboard (`target-2026`, spec 07 §1) takes over as soon as it is built:
 * until then the first thing people see is a screen that has something to show.
 */
export const DEFAULT_SCREEN = 'org-view';
