import { describe, expect, it } from 'vitest';
import { crmLink, DEFAULT_WORKSPACE, parseWorkspace } from './workspace';

describe('parseWorkspace', () => {
  it('takes what it understands', () => {
    const workspace = parseWorkspace({
      reportYear: 2027,
      crm: { baseUrl: 'https://crm.example/ws1/' },
      sizeGroups: { default: '중견기업' },
      somethingNew: true,
    });
    expect(workspace).toEqual({
      reportYear: 2027,
      crmBaseUrl: 'https://crm.example/ws1',
      defaultSize: '중견기업',
    });
  });

  it.each([null, 7, 'x', [], { reportYear: '2027', crm: { baseUrl: 'javascript:alert(1)' } }])(
    '%j → defaults',
    (value) => {
      expect(parseWorkspace(value)).toEqual(DEFAULT_WORKSPACE);
    },
  );
});

describe('crmLink', () => {
  const workspace = { ...DEFAULT_WORKSPACE, crmBaseUrl: 'https://crm.example/ws1' };

  it('follows the patterns of spec 07 §0, ids encoded', () => {
    expect(crmLink(workspace, 'org', 'o 1')).toBe('https://crm.example/ws1/contact/organization/o%201');
    expect(crmLink(workspace, 'person', 'p/1')).toBe('https://crm.example/ws1/contact/people/p%2F1');
    expect(crmLink(workspace, 'deal', 'd1')).toBe('https://crm.example/ws1/deal/d1');
  });

  it('is absent for a blank id or without a configured CRM', () => {
    expect(crmLink(workspace, 'deal', ' ')).toBeUndefined();
    expect(crmLink(DEFAULT_WORKSPACE, 'deal', 'd1')).toBeUndefined();
  });
});
