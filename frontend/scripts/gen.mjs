// Types of the API from its OpenAPI document. `--check` fails when the committed file is stale.
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import openapiTS, { astToString, COMMENT_HEADER } from 'openapi-typescript';

const source = new URL(
  process.env.OPENAPI_FILE ?? '../../api/internal/httpapi/openapi.yaml',
  import.meta.url,
);
const target = new URL('../src/api/schema.gen.ts', import.meta.url);

const generated =
  COMMENT_HEADER + astToString(await openapiTS(source, { immutable: true, alphabetize: true }));

if (process.argv.includes('--check')) {
  const committed = await readFile(target, 'utf8').catch(() => '');
  if (committed !== generated) {
    process.stderr.write(`${fileURLToPath(target)} is stale: run \`npm run gen\` and commit the result\n`);
    process.exit(1);
  }
} else {
  await writeFile(target, generated);
}
