import { describe, expect, it } from 'vitest';
import * as format from './format';

describe('format codes of spec 07 §0', () => {
  it.each([
    [
      'w2',
      format.w2,
      [
        [123_000_000, '1.23억'],
        [0, '0.00억'],
        [null, '-'],
        [Number.NaN, '-'],
        [-50_000_000, '−0.50억'],
      ],
    ],
    [
      'w1',
      format.w1,
      [
        [120_000_000, '1.2'],
        [null, '0.0'],
        [0, '0.0'],
      ],
    ],
    [
      'w1Plus',
      format.w1Plus,
      [
        [120_000_000, '1.2'],
        [0, '-'],
        [-1, '-'],
        [null, '-'],
      ],
    ],
    [
      'e2',
      format.e2,
      [
        [1.234, '1.23억'],
        [undefined, '-'],
      ],
    ],
    [
      'e1',
      format.e1,
      [
        [1.25, '1.3'],
        [0, '0.0'],
        [null, '-'],
      ],
    ],
    [
      'e1Plus',
      format.e1Plus,
      [
        [1.2, '1.2'],
        [0, '-'],
        [null, '-'],
      ],
    ],
    [
      'won',
      format.won,
      [
        [12_345_678.4, '12,345,678'],
        [null, '-'],
        ['', '-'],
        [-1000, '−1,000'],
      ],
    ],
    [
      'int',
      format.int,
      [
        [1234, '1,234'],
        [null, '0'],
        [0, '0'],
      ],
    ],
    [
      'pct',
      format.pct,
      [
        [12.34, '12.3%'],
        [0.5, '0.5%'],
        [1, '1.0%'],
        [null, '-'],
      ],
    ],
    [
      'x2',
      format.x2,
      [
        [1.5, '1.50'],
        [null, 'n/a'],
      ],
    ],
  ] as const)('%s', (_, code, cases) => {
    for (const [input, output] of cases) expect((code as (value: unknown) => string)(input)).toBe(output);
  });

  it('rounds like toFixed on the double', () => {
    expect(format.e1(0.15)).toBe('0.1');
    expect(format.e1(0.25)).toBe('0.3');
  });

  it('never prints a negative zero', () => {
    expect(format.e1(-0.04)).toBe('0.0');
    expect(format.won(-0.2)).toBe('0');
  });

  it('names what is missing', () => {
    expect(format.up('  ')).toBe('미입력');
    expect(format.up(' 인재개발실 ')).toBe('인재개발실');
    expect(format.cat(null)).toBe('미기재');
    expect(format.list(['김하나', ' ', null, '박둘'])).toBe('김하나, 박둘');
    expect(format.list([])).toBe('-');
  });

  it('joins probabilities of any shape', () => {
    expect(format.prob('["확정", " 높음 "]')).toBe('확정/높음');
    expect(format.prob({ a: '확정', b: '높음' })).toBe('확정/높음');
    expect(format.prob(['확정'])).toBe('확정');
    expect(format.prob('높음')).toBe('높음');
    expect(format.prob('[broken')).toBe('[broken');
    expect(format.prob(null)).toBe('-');
  });
});

describe('table cells', () => {
  it('carry digits only, the header has the unit', () => {
    expect(format.eokCell(155_000_000)).toBe('1.55');
    expect(format.eokCell(300_000)).toBe('0.00');
    expect(format.eokCell(-20_000_000, 1)).toBe('−0.2');
  });

  it('show a dash for zero and for nothing', () => {
    expect(format.eokCell(0)).toBe('–');
    expect(format.eokCell(null)).toBe('–');
    expect(format.countCell(0)).toBe('–');
    expect(format.countCell(1200)).toBe('1,200');
  });

  it('tell the exact won', () => {
    expect(format.exactWon(155_000_000)).toBe('155,000,000원');
    expect(format.exactWon(null)).toBeUndefined();
  });
});
