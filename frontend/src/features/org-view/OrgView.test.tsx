import { act, render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import { App } from '@/app/App';
import { FakeApi } from '@/testing/fakeApi';

async function open(hash = '#org-view', prepare: (api: FakeApi) => void = () => {}) {
  const api = new FakeApi();
  prepare(api);
  window.history.replaceState(null, '', `/${hash}`);
  render(<App api={api} />);
  const user = userEvent.setup();
  await screen.findByRole('heading', { name: /^회사\d*\+?$/, level: 2 });
  return { api, user };
}

const params = () => Object.fromEntries(new URLSearchParams(window.location.hash.split('?')[1] ?? ''));
const list = () => screen.findByRole('listbox', { name: '회사 목록' });
const region = (name: RegExp) => screen.getByRole('region', { name });

describe('viewer', () => {
  it('lists the default size and says what every pane waits for', async () => {
    await open();
    expect(
      within(await list())
        .getAllByRole('option')
        .map((option) => option.textContent),
    ).toEqual(['가람상사대기업1팀 · 김하나', '나루전자대기업미배정']);
    expect(screen.getByText('목록에서 회사를 고르세요')).toBeVisible();
    expect(screen.getByText('회사를 고르면 그 회사의 사람이 나옵니다.')).toBeVisible();
    expect(screen.getByText('회사와 사람을 고르면 딜이 나옵니다.')).toBeVisible();
    expect(screen.getByText('딜을 고르면 그 딜에 남긴 메모가 나옵니다.')).toBeVisible();
  });

  it('goes from company to person, deal and memos', async () => {
    const { user } = await open();
    await user.click(within(await list()).getByRole('option', { name: /가람상사/ }));
    expect(params()).toEqual({ org: 'o1' });
    const people = await screen.findByRole('grid', { name: '사람' });
    expect(await within(people).findByText('노유딜')).toBeVisible();
    expect(within(people).getByRole('row', { selected: true })).toHaveTextContent('노유딜');
    expect(await within(region(/^딜\d/)).findByText('1.20')).toBeVisible();
    const trail = screen.getByRole('navigation', { name: '선택 경로' });
    expect(trail).toHaveTextContent('가람상사›노유딜›딜 1');
    for (const name of [/^회사 메모1/, /^사람 메모1/, /^딜 메모1/]) {
      expect(
        await within(await screen.findByRole('region', { name })).findByText('통화함 다음 주 회신'),
      ).toBeVisible();
    }
    await user.click(within(people).getByText('강무딜'));
    expect(params()).toEqual({ org: 'o1', person: 'p1' });
    expect(await screen.findByText('강무딜의 딜이 없습니다.')).toBeVisible();
  });

  it('filters people by upper organisation and starts at the first of them', async () => {
    const { user } = await open('#org-view?org=o1&person=p2');
    const upper = await screen.findByRole('combobox', { name: '상위 조직' });
    await waitFor(() =>
      expect(
        within(upper)
          .getAllByRole('option')
          .map((o) => o.textContent),
      ).toEqual(['전체 (3)', '인재개발실 (2)', '미입력 (1)']),
    );
    await user.selectOptions(upper, '미입력');
    expect(params()).toEqual({ org: 'o1', upper: '미입력' });
    expect(
      within(screen.getByRole('grid', { name: '사람' })).getByRole('row', { selected: true }),
    ).toHaveTextContent('도본부');
  });

  it('opens a memo in a sheet, closes it with Back, and shows line breaks (B-18)', async () => {
    const { user } = await open('#org-view?org=o1');
    await user.click(
      await within(await screen.findByRole('region', { name: /^회사 메모1/ })).findByRole('button', {
        name: /통화함/,
      }),
    );
    const sheet = await screen.findByRole('dialog', { name: '회사 메모 · 가람상사' });
    expect(params()).toEqual({ org: 'o1', memo: 'm-o1' });
    expect(within(sheet).getByText('2026-02-05 (목) 18:54 · 김하나')).toBeVisible();
    await waitFor(() =>
      expect(sheet.querySelector('[data-memo-body]')?.textContent).toBe('통화함\n다음 주 회신'),
    );
    await act(async () => {
      const back = new Promise((resolve) => window.addEventListener('popstate', resolve, { once: true }));
      window.history.back();
      await back;
    });
    expect(screen.queryByRole('dialog', { name: /회사 메모/ })).toBeNull();
    expect(params()).toEqual({ org: 'o1' });
  });

  it('searches while typing, and at once with Enter', async () => {
    const { api, user } = await open();
    await list();
    const field = screen.getByRole('searchbox', { name: '회사 이름이나 ID' });
    await user.type(field, '나루');
    await waitFor(() => expect(params()).toEqual({ q: '나루' }));
    await waitFor(async () => expect(within(await list()).getAllByRole('option')).toHaveLength(1));
    await user.clear(field);
    await user.type(field, '다온{Enter}');
    expect(params()).toEqual({ q: '다온' });
    expect(await screen.findByText('대기업 중에 ‘다온’에 맞는 회사가 없습니다.')).toBeVisible();
    await user.click(screen.getByRole('button', { name: '전체에서 찾기' }));
    expect(within(await list()).getByRole('option')).toHaveTextContent('다온소재');
    expect(api.requests).toContain('/orgs?size=전체&limit=200&offset=0&search=다온');
  });

  it('takes the keys / ↓ Enter', async () => {
    const { user } = await open();
    const box = await list();
    await user.keyboard('/');
    expect(screen.getByRole('searchbox')).toHaveFocus();
    await user.tab();
    await user.tab();
    expect(box).toHaveFocus();
    await user.keyboard('{ArrowDown}{Enter}');
    expect(params()).toEqual({ org: 'o2' });
    await user.keyboard('가{Enter}');
    expect(params()).toEqual({ org: 'o1' });
  });

  it('switches an empty size to all, once, and says so', async () => {
    await open('#org-view?size=없는규모');
    expect(await screen.findByText('‘없는규모’ 규모의 회사가 없어 전체를 보여 드립니다')).toBeVisible();
    await waitFor(() => expect(params()).toEqual({ size: '전체' }));
    expect(within(await list()).getAllByRole('option')).toHaveLength(3);
  });

  it('keeps the company while the new size has it, and clears it otherwise', async () => {
    const { user } = await open('#org-view?org=o1');
    await screen.findByRole('heading', { name: '가람상사' });
    const size = screen.getByRole('combobox', { name: '기업 규모' });
    await user.selectOptions(size, '전체');
    expect(params()).toEqual({ size: '전체', org: 'o1' });
    await user.selectOptions(size, '중견기업');
    expect(params()).toEqual({ size: '중견기업' });
  });

  it('resets everything', async () => {
    const { user } = await open('#org-view?size=전체&q=가람&org=o1&dsort=-amount');
    await screen.findByRole('heading', { name: '가람상사' });
    await user.click(screen.getByRole('button', { name: '선택 초기화' }));
    expect(window.location.hash).toBe('#org-view');
    expect(screen.getByRole('searchbox')).toHaveValue('');
  });

  it('shows a company from the address that the list lacks, search untouched', async () => {
    await open('#org-view?org=o3');
    expect(await screen.findByRole('heading', { name: '다온소재' })).toBeVisible();
    expect(screen.getByText('박둘, 최셋')).toBeVisible();
    expect(screen.getByRole('searchbox')).toHaveValue('');
    expect(await screen.findByText('이 회사에 등록된 사람이 없습니다.')).toBeVisible();
  });

  it('says that a company is unknown', async () => {
    await open('#org-view?org=nope');
    expect(await screen.findByText('이 스냅샷에 없는 회사입니다')).toBeVisible();
    expect(screen.getByText('주소에 있는 회사를 이 스냅샷에서 찾지 못했습니다')).toBeVisible();
  });

  it('tells a failure from an empty list, pane by pane, and retries', async () => {
    const { api, user } = await open('#org-view?org=o1&person=p2', (fake) => {
      fake.broken.add('/people/p2/deals');
      fake.broken.add('/orgs');
    });
    expect(await screen.findByText(/딜을 불러오지 못했습니다. 내부 오류 \(500\)/)).toBeVisible();
    expect(await screen.findByText(/회사 목록을 불러오지 못했습니다/)).toBeVisible();
    expect(within(screen.getByRole('grid', { name: '사람' })).getByText('노유딜')).toBeVisible();
    api.broken.clear();
    await user.click(within(region(/^딜$/)).getByRole('button', { name: '다시 시도' }));
    expect(await within(region(/^딜\d/)).findByText('1.20')).toBeVisible();
  });

  it('links to the CRM when one is configured, by mouse and by Ctrl-Enter', async () => {
    const { user } = await open('#org-view?org=o1&person=p2', (api) => {
      api.workspace = { crm: { baseUrl: 'https://crm.example/ws1' }, sizeGroups: { default: '중견기업' } };
    });
    expect(await screen.findByRole('link', { name: 'CRM' })).toHaveAttribute(
      'href',
      'https://crm.example/ws1/contact/organization/o1',
    );
    const people = screen.getByRole('grid', { name: '사람' });
    const link = await within(people).findByRole('link', { name: '노유딜' });
    expect(link).toHaveAttribute('href', 'https://crm.example/ws1/contact/people/p2');
    expect(link).toHaveAttribute('rel', 'noopener noreferrer');
    const clicked: (string | null)[] = [];
    document.addEventListener(
      'click',
      (event) => {
        clicked.push((event.target as Element).getAttribute('href'));
        event.preventDefault();
      },
      { once: true },
    );
    act(() => link.closest('td')?.focus());
    await user.keyboard('{Control>}{Enter}{/Control}');
    expect(clicked).toEqual(['https://crm.example/ws1/contact/people/p2']);
    expect(screen.getByRole('combobox', { name: '기업 규모' })).toHaveValue('중견기업');
  });

  it('exports every company of the filter, also those not loaded yet', async () => {
    const saved: Blob[] = [];
    URL.createObjectURL = (blob) => {
      saved.push(blob as Blob);
      return 'blob:x';
    };
    const { user } = await open('#org-view?size=전체', (api) => {
      api.orgs = Array.from({ length: 1450 }, (_, index) => ({
        id: `o${index}`,
        name: `회사 ${index}`,
        size: '대기업',
        team: [],
        owner: null,
      }));
    });
    await list();
    await waitFor(() => expect(screen.getByRole('heading', { name: '회사1,000+' })).toBeVisible());
    vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(() => undefined);
    await user.click(screen.getByRole('button', { name: '회사 목록 CSV' }));
    await waitFor(() => expect(saved).toHaveLength(1));
    const lines = ((await saved[0]?.text()) ?? '').trim().split('\r\n');
    expect(lines).toHaveLength(1450 + 5);
    expect(lines.at(-1)).toBe('회사 1449,대기업,,,o1449');
  });

  it('keeps the sort in the address', async () => {
    const { user } = await open('#org-view?org=o1&psort=-deals');
    const people = await screen.findByRole('grid', { name: '사람' });
    await within(people).findByText('노유딜');
    expect(within(people).getByRole('columnheader', { name: '딜' })).toHaveAttribute(
      'aria-sort',
      'descending',
    );
    await user.click(within(people).getByRole('button', { name: '이름' }));
    expect(params()).toEqual({ org: 'o1', psort: 'name' });
  });
});
