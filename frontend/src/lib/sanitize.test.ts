import { describe, expect, it } from 'vitest';
import { sanitizeMemo } from './sanitize';

function clean(html: string): string {
  const frame = document.createElement('div');
  frame.append(sanitizeMemo(html));
  return frame.innerHTML;
}

const SAFE_LINK = 'target="_blank" rel="noopener noreferrer"';

describe('sanitizeMemo', () => {
  it('passes the acceptance example (spec 07 §10.12)', () => {
    expect(clean('<p onclick=x>a<script>b</script><span>c</span></p><a href="javascript:1">d</a>')).toBe(
      `<p>ac</p><a ${SAFE_LINK}>d</a>`,
    );
    expect(clean('<table><tbody><tr><td colspan=2 rowspan=x>e</td></tr></tbody></table>')).toContain(
      '<td colspan="2">e</td>',
    );
  });

  it('keeps exactly the allowed elements', () => {
    const kept =
      '<p>a<br></p><ul><li><b>b</b><strong>c</strong></li></ul><ol><li><i>d</i><em>e</em><u>f</u></li></ol>' +
      '<h1>1</h1><h2>2</h2><h3>3</h3><h4>4</h4><h5>5</h5><h6>6</h6><hr>' +
      '<blockquote><code>g</code><pre>h</pre></blockquote><div>i</div>';
    expect(clean(kept)).toBe(kept);
  });

  it('replaces any other element by its children', () => {
    expect(
      clean('<section><header>머리</header><article><font color="red">본문</font></article></section>'),
    ).toBe('머리본문');
  });

  it('drops what must go with its content', () => {
    for (const tag of ['script', 'style', 'iframe', 'object', 'svg', 'template']) {
      expect(clean(`a<${tag}>x<g>y</g></${tag}>z`), tag).toBe('az');
    }
  });

  it('drops comments, images and every other attribute', () => {
    expect(
      clean(
        '<!-- c --><img src=x onerror=alert(1)><p style="color:red" class="a" id="b" data-x="1" aria-label="q">t</p>',
      ),
    ).toBe('<p>t</p>');
  });

  it.each([
    ['https://site.example/a', true],
    [' HTTP://site.example ', true],
    ['mailto:a@site.example', true],
    ['javascript:alert(1)', false],
    ['java\nscript:alert(1)', false],
    ['data:text/html,x', false],
    ['vbscript:x', false],
    ['/orgs', false],
    ['./a', false],
    ['../a', false],
    ['#target-2026', false],
    ['//site.example', false],
    ['page.html', false],
  ])('href %s kept: %s', (href, isKept) => {
    const frame = document.createElement('div');
    const link = document.createElement('a');
    link.setAttribute('href', href);
    link.textContent = 'l';
    frame.append(link);
    const out = clean(frame.innerHTML);
    expect(out.includes('href=')).toBe(isKept);
    expect(out).toContain(SAFE_LINK);
  });

  it('keeps span numbers on cells only', () => {
    expect(clean('<p colspan="2" rowspan="2">a</p>')).toBe('<p>a</p>');
    expect(clean('<table><tbody><tr><th rowspan="3">a</th></tr></tbody></table>')).toContain(
      '<th rowspan="3">',
    );
  });

  it('puts each outer table into a scrolling frame that the keyboard reaches', () => {
    const frame = document.createElement('div');
    frame.append(
      sanitizeMemo(
        '<p>a</p><table><tbody><tr><td><table><tbody><tr><td>b</td></tr></tbody></table></td></tr></tbody></table>',
      ),
    );
    expect(frame.querySelectorAll('.memo-table')).toHaveLength(1);
    expect(frame.querySelector<HTMLElement>('.memo-table')?.tabIndex).toBe(0);
  });

  it('leaves nothing that runs, however it is nested', () => {
    for (const attack of [
      '<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table></mtext></math>',
      '<svg><g onload="alert(1)"></g></svg>',
      '<noscript><p title="</noscript><img src=x onerror=alert(1)>"></noscript>',
      '<form><input formaction="javascript:alert(1)"></form>',
      '<a href="https://a.example" onclick="x()" target="_self">l</a>',
      '<xmp><img src=x onerror=alert(1)></xmp>',
    ]) {
      const frame = document.createElement('div');
      frame.append(sanitizeMemo(attack));
      expect(frame.querySelector('img, script, svg, math, style, form, input, iframe'), attack).toBeNull();
      for (const node of frame.querySelectorAll('*:not(.memo-table)')) {
        for (const name of node.getAttributeNames()) expect(['href', 'target', 'rel']).toContain(name);
      }
    }
  });
});
