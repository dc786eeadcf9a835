import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

const pkg = JSON.parse(readFileSync(new URL('./package.json', import.meta.url), 'utf8')) as {
  version: string;
};

type BundlePart = Parameters<
  Extract<NonNullable<Plugin['generateBundle']>, (...args: never) => unknown>
>[1][string];

const SINGLE_FILE = 'org_tables_v2.html';

/** Folds the one script and the one stylesheet into the page, so that it opens as a file without a server. */
function singleFile(): Plugin {
  return {
    name: 'single-file',
    enforce: 'post',
    generateBundle: { order: 'post', handler: inline },
  };

  function inline(_options: unknown, bundle: Record<string, BundlePart>): void {
    const html = bundle['index.html'];
    if (html?.type !== 'asset') throw new Error('single-file: index.html is missing from the bundle');
    let page = String(html.source);
    for (const [name, part] of Object.entries(bundle)) {
      if (name === 'index.html') continue;
      const escaped = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
      if (part.type === 'chunk') {
        const tag = new RegExp(`<script[^>]*src="[^"]*${escaped}"[^>]*></script>`);
        const code = part.code.replace(/<\/(script)/gi, '<\\/$1');
        page = page.replace(tag, () => `<script type="module">${code}</script>`);
      } else if (name.endsWith('.css')) {
        const tag = new RegExp(`<link[^>]*href="[^"]*${escaped}"[^>]*>`);
        page = page.replace(tag, () => `<style>${String(part.source)}</style>`);
      } else if (name.endsWith('.svg')) {
        const data = Buffer.from(part.source).toString('base64');
        page = page.replace(new RegExp(`"[^"]*${escaped}"`), () => `"data:image/svg+xml;base64,${data}"`);
      } else {
        throw new Error(`single-file: ${name} is not inlined`);
      }
      delete bundle[name];
    }
    if (page.includes('__VITE_PRELOAD__'))
      throw new Error('single-file: the build has not finished its chunks yet');
    if (/(?:src|href)="\.?\/?assets\//.test(page))
      throw new Error('single-file: a reference to an asset is left');
    html.source = page;
    html.fileName = SINGLE_FILE;
  }
}

export default defineConfig(({ mode }) => {
  const single = mode === 'single';
  return {
    // Relative, so that the same build works at `/`, at `/org_tables_v2.html` and below a path prefix.
    base: './',
    plugins: [react(), ...(single ? [singleFile()] : [])],
    define: { __APP_VERSION__: JSON.stringify(pkg.version) },
    resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
    server: {
      port: 5173,
      proxy: { '/api': { target: process.env.API_TARGET ?? 'http://localhost:8000', changeOrigin: true } },
    },
    build: {
      outDir: single ? 'dist-single' : 'dist',
      target: ['chrome123', 'edge123', 'firefox128', 'safari17.5'],
      // Served pages keep every asset a file (strict CSP, no data: URLs); the single file inlines all of them.
      assetsInlineLimit: single ? Number.MAX_SAFE_INTEGER : 0,
      cssCodeSplit: !single,
      modulePreload: { polyfill: false },
      ...(single ? { rolldownOptions: { output: { codeSplitting: false } } } : {}),
    },
    test: {
      testTimeout: 30_000,
      environment: 'jsdom',
      include: ['src/**/*.test.{ts,tsx}'],
      setupFiles: ['src/testing/setup.ts'],
      css: { modules: { classNameStrategy: 'non-scoped' } },
      // A failed query names what it looked for; the whole page beside it hides that.
      env: { DEBUG_PRINT_LIMIT: '0' },
      restoreMocks: true,
      unstubGlobals: true,
    },
  };
});
