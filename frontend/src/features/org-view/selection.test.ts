import { describe, expect, it } from 'vitest';
import type { Deal, Person } from '@/api/queries';
import { searchable } from './Finder';
import { statusTone } from './StatusMark';
import { effectiveDeal, effectivePerson, peopleOf, readSelection, select, upperGroups } from './selection';

const person = (id: string, upper: string | null, deals: number): Person =>
  ({ id, upper_org: upper, deal_count: deals }) as Person;

const PEOPLE = [
  person('p1', null, 0),
  person('p2', '인재개발실', 0),
  person('p3', ' 인재개발실 ', 2),
  person('p4', 'IT본부', 1),
];

describe('select', () => {
  const full = readSelection({
    org: 'o1',
    upper: 'u',
    person: 'p',
    deal: 'd',
    memo: 'm',
    q: '가',
    size: '전체',
    dsort: '-won',
  });

  it('clears what lies below a selection', () => {
    expect(select(full, { org: 'o2' })).toEqual({
      ...full,
      org: 'o2',
      upper: '',
      person: '',
      deal: '',
      memo: '',
    });
    expect(select(full, { upper: 'v' })).toEqual({ ...full, upper: 'v', person: '', deal: '', memo: '' });
    expect(select(full, { person: 'q' })).toEqual({ ...full, person: 'q', deal: '', memo: '' });
    expect(select(full, { deal: 'e' })).toEqual({ ...full, deal: 'e', memo: '' });
  });

  it('keeps it when nothing above changes', () => {
    expect(select(full, { org: 'o1' })).toEqual(full);
    expect(select(full, { q: '나' })).toEqual({ ...full, q: '나' });
    expect(select(full, { person: 'q', deal: 'e' })).toMatchObject({ person: 'q', deal: 'e', memo: '' });
  });
});

describe('upper organisations', () => {
  it('are counted from the people, blanks last', () => {
    expect(upperGroups(PEOPLE)).toEqual([
      { name: '인재개발실', people: 2 },
      { name: 'IT본부', people: 1 },
      { name: '미입력', people: 1 },
    ]);
  });

  it('filter the people by their normalised name', () => {
    expect(peopleOf(PEOPLE, '인재개발실').map((p) => p.id)).toEqual(['p2', 'p3']);
    expect(peopleOf(PEOPLE, '미입력').map((p) => p.id)).toEqual(['p1']);
    expect(peopleOf(PEOPLE, '')).toBe(PEOPLE);
  });
});

describe('what is on show without a choice', () => {
  it('is the first person with deals, then the first deal', () => {
    expect(effectivePerson(PEOPLE, '')?.id).toBe('p3');
    expect(effectivePerson(PEOPLE, 'p1')?.id).toBe('p1');
    expect(effectivePerson(PEOPLE, 'gone')?.id).toBe('p3');
    expect(effectivePerson([person('p1', null, 0)], '')?.id).toBe('p1');
    expect(effectivePerson([], 'p1')).toBeUndefined();
    const deals = [{ id: 'd1' }, { id: 'd2' }] as Deal[];
    expect(effectiveDeal(deals, 'd2')?.id).toBe('d2');
    expect(effectiveDeal(deals, '')?.id).toBe('d1');
    expect(effectiveDeal([], 'd2')).toBeUndefined();
  });
});

describe('searchable', () => {
  it('waits for a syllable to be finished', () => {
    expect(searchable('해찬ㅅ')).toBe('해찬');
    expect(searchable(' 해찬솔 ')).toBe('해찬솔');
    expect(searchable('ㄱ')).toBe('');
  });
});

describe('statusTone', () => {
  it.each([
    ['Won', 'good'],
    ['Closed Won', 'good'],
    ['Lost', 'bad'],
    ['Closed Lose', 'bad'],
    ['SQL', undefined],
    ['Convert', undefined],
    ['wonder', undefined],
  ])('%s → %s', (status, tone) => {
    expect(statusTone(status)).toBe(tone);
  });
});
