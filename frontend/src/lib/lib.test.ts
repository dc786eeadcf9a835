import { describe, expect, it } from 'vitest';
import { fileName, toCsv, toTsv } from './export';
import { matches } from './hangul';
import { clip, htmlToText, memoLine, normalisePlain } from './memoText';
import { namesOf } from './names';

describe('matches', () => {
  it('finds parts of words, blanks and case aside', () => {
    expect(matches('2026 Targetboard(출강)', 'target')).toBe(true);
    expect(matches('교육 1팀 딜체크', '1팀딜')).toBe(true);
    expect(matches('교육 1팀 딜체크', '2팀')).toBe(false);
  });

  it('finds initial consonants', () => {
    expect(matches('교육 전체 딜체크', 'ㄷㅊㅋ')).toBe(true);
    expect(matches('고객사 불일치', 'ㄷㅊㅋ')).toBe(false);
  });
});

describe('namesOf', () => {
  it.each([
    [
      [
        { id: 't1', name: '1팀' },
        { id: 't2', name: '2팀' },
      ],
      ['1팀', '2팀'],
    ],
    [{ id: 'u1', name: '김하나' }, ['김하나']],
    [{ id: 'u1' }, ['u1']],
    ['미배정', ['미배정']],
    [7, ['7']],
    [[], []],
    [null, []],
    ['  ', []],
  ])('%j → %j', (value, names) => {
    expect(namesOf(value)).toEqual(names);
  });
});

describe('memo text', () => {
  it('turns every kind of line break into one (B-18)', () => {
    expect(normalisePlain('가<br>나<BR/>다<br />라\r\n마\r바')).toBe('가\n나\n다\n라\n마\n바');
  });

  it('reads the words of HTML without its scripts', () => {
    expect(htmlToText('<p>가</p><script>x()</script><style>p{}</style><p>나<br>다</p>').trim()).toBe(
      '가\n나\n다',
    );
  });

  it('prefers the text, falls back to the HTML', () => {
    expect(memoLine({ text: ' 가\n나 ', htmlBody: '<p>다</p>' })).toBe('가 나');
    expect(memoLine({ text: ' ', htmlBody: '<p>다</p><p>라</p>' })).toBe('다 라');
    expect(memoLine({ text: null, htmlBody: null })).toBe('');
  });

  it('clips whole characters', () => {
    expect(clip('가나다', 3)).toBe('가나다');
    expect(clip('가나😀라', 3)).toBe('가나😀…');
  });
});

describe('exports', () => {
  it('write CSV that a spreadsheet reads as it is meant', () => {
    expect(
      toCsv([
        ['이름', '금액'],
        ['가, "나"', 1200000],
        ['=1+1', null],
        ['-3%', -5],
      ]),
    ).toBe('\uFEFF이름,금액\r\n"가, ""나""",1200000\r\n\'=1+1,\r\n\'-3%,-5\r\n');
  });

  it('write TSV with raw numbers and one line per row', () => {
    expect(
      toTsv([
        ['가\n나', 1.5],
        [null, 0],
      ]),
    ).toBe('가 나\t1.5\n\t0');
  });

  it('make file names of anything', () => {
    expect(fileName('회사', '가/나:다 ')).toBe('회사_가_나_다');
    expect(fileName('..')).toBe('export');
  });
});
