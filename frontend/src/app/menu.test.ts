import { describe, expect, it } from 'vitest';
import { buildMenu, findEntry } from './menu';

const menu = buildMenu(2026);
const entries = menu.flatMap((section) => section.entries);

describe('menu', () => {
  it('has the sections and entries of spec 07 §1, in order', () => {
    const visible = menu.map((section) => [
      section.id,
      section.label,
      section.entries.filter((e) => !e.hidden).map((e) => `${e.id} ${e.label}`),
    ]);
    expect(visible).toMatchInlineSnapshot(`
      [
        [
          "perf",
          "사업부 퍼포먼스",
          [
            "biz-perf-pl-progress-2026 2026 P&L",
            "biz-perf-monthly 2026 월별 체결액",
          ],
        ],
        [
          "ops",
          "운영 메뉴",
          [
            "target-2026 2026 Targetboard(출강)",
            "target-2026-online 2026 Targetboard(온라인)",
            "rank-2025-counterparty-dri 2026 카운터파티 DRI",
            "ops-2026-online-retention 2026 온라인 리텐션",
            "edu-all-dealcheck 교육 전체 딜체크",
            "edu1-dealcheck 교육 1팀 딜체크",
            "edu1-dealcheck-part1 교육 1팀 1파트 딜체크",
            "edu1-dealcheck-part2 교육 1팀 2파트 딜체크",
            "edu2-dealcheck 교육 2팀 딜체크",
            "edu2-dealcheck-part1 교육 2팀 1파트 딜체크",
            "edu2-dealcheck-part2 교육 2팀 2파트 딜체크",
            "edu2-dealcheck-online 교육 2팀 온라인셀 딜체크",
            "public-dealcheck 공공교육팀 딜체크",
          ],
        ],
        [
          "org-perf",
          "조직별 퍼포먼스",
          [
            "biz-perf-monthly-edu1 26 1팀 월별 체결액",
            "biz-perf-monthly-edu2 26 2팀 월별 체결액",
            "biz-perf-monthly-edu1-part1 26 1팀 1파트 월별 체결액",
            "biz-perf-monthly-edu1-part2 26 1팀 2파트 월별 체결액",
            "biz-perf-monthly-edu2-part1 26 2팀 1파트 월별 체결액",
            "biz-perf-monthly-edu2-part2 26 2팀 2파트 월별 체결액",
            "biz-perf-monthly-edu2-online 26 2팀 온라인셀 월별 체결액",
            "biz-perf-monthly-public 26 공공교육팀 월별 체결액",
          ],
        ],
        [
          "analysis",
          "분석 메뉴",
          [
            "biz-perf-monthly-edu2-inquiries 2026 문의 인입 현황",
            "biz-perf-monthly-close-rate-2026 2026 체결률 현황",
            "statepath-2425 StatePath 24→25",
            "rank-2025 2025 체결액 순위",
            "org-view 조직/People/Deal 뷰어",
          ],
        ],
        [
          "qa",
          "검수 메뉴",
          [
            "deal-qc-r1r15 개인별 세일즈맵 검수",
            "mismatch-2025 고객사 불일치",
            "mismatch-2025-monthly-revenue 월별 매출신고",
          ],
        ],
      ]
    `);
  });

  it('has 31 visible and 4 hidden entries, each id once', () => {
    expect(entries.filter((entry) => !entry.hidden)).toHaveLength(31);
    expect(entries.filter((entry) => entry.hidden).map((entry) => entry.id)).toEqual([
      'counterparty-risk-daily',
      'counterparty-risk-daily-online',
      'rank-2025-people',
      'industry-2025',
    ]);
    expect(new Set(entries.map((entry) => entry.id)).size).toBe(entries.length);
  });

  it('builds labels from the report year, never ids', () => {
    const next = buildMenu(2027);
    expect(next.flatMap((section) => section.entries).map((entry) => entry.id)).toEqual(
      entries.map((entry) => entry.id),
    );
    expect(findEntry(next, 'statepath-2425')?.label).toBe('StatePath 25→26');
    expect(findEntry(next, 'rank-2025')?.label).toBe('2026 체결액 순위');
    expect(findEntry(next, 'biz-perf-monthly-edu1')?.label).toBe('27 1팀 월별 체결액');
    expect(findEntry(next, 'biz-perf-pl-progress-2026')?.label).toBe('2027 P&L');
    expect(findEntry(next, 'nowhere')).toBeUndefined();
  });
});
