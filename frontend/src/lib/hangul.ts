/** Korean text matching for the palette: substring without blanks, or initial consonants (`ㄷㅊㅋ` → 딜체크). */

const INITIALS = 'ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ';
const FIRST_SYLLABLE = 0xac00;
const LAST_SYLLABLE = 0xd7a3;
const SYLLABLES_PER_INITIAL = 588;

function squash(text: string): string {
  return text.normalize('NFC').toLocaleLowerCase('ko').replace(/\s+/g, '');
}

function initials(text: string): string {
  let out = '';
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    const isSyllable = code >= FIRST_SYLLABLE && code <= LAST_SYLLABLE;
    out += isSyllable ? INITIALS.charAt(Math.floor((code - FIRST_SYLLABLE) / SYLLABLES_PER_INITIAL)) : char;
  }
  return out;
}

/** True when `text` contains `query`, blanks and case aside, or its initial consonants do. */
export function matches(text: string, query: string): boolean {
  const needle = squash(query);
  if (needle === '') return true;
  const hay = squash(text);
  if (hay.includes(needle)) return true;
  return [...needle].some((char) => INITIALS.includes(char)) && initials(hay).includes(needle);
}
