/** What is selected in the viewer, read from and written to the address (`#org-view?org=…&upper=…&person=…&deal=…`). */
import { useCallback, useMemo } from 'react';
import type { Deal, Person } from '@/api/queries';
import { up } from '@/lib/format';
import { closeOverlay, navigate, useRoute } from '@/lib/route';

export const SCREEN = 'org-view';

export interface Selection {
  /** Undefined → the workspace's default size. */
  readonly size: string | undefined;
  /** Search text: part of a name or id. */
  readonly q: string;
  readonly org: string;
  /** Upper organisation as `UP` prints it; empty → all. */
  readonly upper: string;
  readonly person: string;
  readonly deal: string;
  /** Memo open in the sheet. */
  readonly memo: string;
  /** Sort of the people and deals tables, as written in the address. */
  readonly psort: string;
  readonly dsort: string;
}

type Params = Readonly<Record<string, string | undefined>>;

export function readSelection(params: Params): Selection {
  const text = (key: string) => params[key] ?? '';
  return {
    size: params.size,
    q: text('q'),
    org: text('org'),
    upper: text('upper'),
    person: text('person'),
    deal: text('deal'),
    memo: text('memo'),
    psort: text('psort'),
    dsort: text('dsort'),
  };
}

export function writeSelection(selection: Selection): Params {
  return { ...selection };
}

/** What lies below a selection belongs to it: choosing another organisation clears the person, and so on. */
export function select(before: Selection, change: Partial<Selection>): Selection {
  const next = { ...before, ...change };
  if ('org' in change && change.org !== before.org) {
    return { ...next, upper: '', person: '', deal: '', memo: '', ...change };
  }
  if ('upper' in change && change.upper !== before.upper)
    return { ...next, person: '', deal: '', memo: '', ...change };
  if ('person' in change && change.person !== before.person)
    return { ...next, deal: '', memo: '', ...change };
  if ('deal' in change && change.deal !== before.deal) return { ...next, memo: '', ...change };
  return next;
}

export interface SelectionControl {
  readonly selection: Selection;
  /** A step that Back undoes. */
  readonly choose: (change: Partial<Selection>) => void;
  /** A correction or typing: no step of its own. */
  readonly adjust: (change: Partial<Selection>) => void;
  readonly openMemo: (id: string) => void;
  readonly closeMemo: () => void;
}

export function useSelection(): SelectionControl {
  const { params } = useRoute();
  const selection = useMemo(() => readSelection(params), [params]);
  const go = useCallback(
    (change: Partial<Selection>, options?: { replace?: boolean; overlay?: boolean }) =>
      navigate(SCREEN, writeSelection(select(selection, change)), options),
    [selection],
  );
  return {
    selection,
    choose: useCallback((change) => go(change), [go]),
    adjust: useCallback((change) => go(change, { replace: true }), [go]),
    // From memo to memo inside the sheet is one overlay: a single Back closes it.
    openMemo: useCallback(
      (memo) => go({ memo }, selection.memo === '' ? { overlay: true } : { replace: true }),
      [go, selection.memo],
    ),
    closeMemo: useCallback(
      () => closeOverlay(SCREEN, writeSelection({ ...selection, memo: '' })),
      [selection],
    ),
  };
}

export interface UpperGroup {
  /** As `UP` prints it. */
  readonly name: string;
  readonly people: number;
}

/** The upper organisations of an organisation's people, largest first, `미입력` last. */
export function upperGroups(people: readonly Person[]): readonly UpperGroup[] {
  const counts = new Map<string, number>();
  for (const person of people) {
    const name = up(person.upper_org);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const blank = up(null);
  return [...counts]
    .map(([name, count]) => ({ name, people: count }))
    .sort(
      (a, b) =>
        Number(a.name === blank) - Number(b.name === blank) ||
        b.people - a.people ||
        a.name.localeCompare(b.name, 'ko'),
    );
}

export function peopleOf(people: readonly Person[], upper: string): readonly Person[] {
  return upper === '' ? people : people.filter((person) => up(person.upper_org) === upper);
}

/**
 * The person on show: the one in the address while listed, otherwise the first one with deals (there is nothing to read about
 * the others), otherwise the first.
 */
export function effectivePerson(people: readonly Person[], id: string): Person | undefined {
  return (
    (id === '' ? undefined : people.find((person) => person.id === id)) ??
    people.find((person) => person.deal_count > 0) ??
    people[0]
  );
}

export function effectiveDeal(deals: readonly Deal[], id: string): Deal | undefined {
  return (id === '' ? undefined : deals.find((deal) => deal.id === id)) ?? deals[0];
}
