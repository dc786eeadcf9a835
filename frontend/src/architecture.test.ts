/** The import rules of README.md, kept by a test: app → features → components, lib, api; a feature never imports a feature. */
import { describe, expect, it } from 'vitest';

const SOURCES = import.meta.glob<string>('./**/*.{ts,tsx}', {
  query: '?raw',
  import: 'default',
  eager: true,
});

const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  app: ['app', 'features', 'components', 'lib', 'api'],
  features: ['components', 'lib', 'api'],
  components: ['components', 'lib', 'api'],
  api: ['api', 'lib'],
  lib: ['lib'],
};

interface File {
  path: string;
  folder: string;
  feature: string | undefined;
  text: string;
}

const FILES: readonly File[] = Object.entries(SOURCES)
  .map(([key, text]) => ({ path: key.slice(2), text }))
  .filter(({ path }) => path.includes('/') && !/\.test\.tsx?$/.test(path) && !path.startsWith('testing/'))
  .map(({ path, text }) => {
    const [folder = '', second] = path.split('/');
    return { path, folder, feature: folder === 'features' ? second : undefined, text };
  });

/** Folder and feature that an import leads to; undefined for packages. */
function targetOf(
  file: File,
  specifier: string,
): { folder: string; feature: string | undefined } | undefined {
  let parts: string[];
  if (specifier.startsWith('@/')) parts = specifier.slice(2).split('/');
  else if (specifier.startsWith('.')) {
    const here = file.path.split('/').slice(0, -1);
    for (const part of specifier.split('/')) {
      if (part === '..') here.pop();
      else if (part !== '.') here.push(part);
    }
    parts = here;
  } else return undefined;
  const [folder = '', second] = parts;
  return { folder, feature: folder === 'features' ? second : undefined };
}

describe('import rules', () => {
  it('sees the source', () => {
    expect(FILES.length).toBeGreaterThan(40);
  });

  it.each(FILES.map((file) => [file.path, file] as const))('%s', (_, file) => {
    const imports = [...file.text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map(
      (match) => match[1] ?? '',
    );
    for (const specifier of imports) {
      const target = targetOf(file, specifier);
      if (!target) continue;
      if (file.feature !== undefined && target.feature !== undefined)
        expect(target.feature, specifier).toBe(file.feature);
      else expect(MAY_IMPORT[file.folder], `${file.path} imports ${specifier}`).toContain(target.folder);
    }
  });

  it('lets only src/api talk to the service', () => {
    const talkers = FILES.filter((file) => /\bfetch\(|new EventSource|XMLHttpRequest/.test(file.text)).map(
      (file) => file.path,
    );
    expect(talkers.sort()).toEqual(['api/client.ts', 'api/feed.ts']);
  });

  it('keeps files short', () => {
    for (const file of FILES) {
      if (file.path === 'api/schema.gen.ts') continue;
      expect(file.text.split('\n').length, file.path).toBeLessThan(400);
    }
  });

  it('inserts no markup from strings', () => {
    for (const file of FILES)
      expect(file.text, file.path).not.toMatch(/dangerouslySetInnerHTML|\.innerHTML\s*=|insertAdjacentHTML/);
  });
});
