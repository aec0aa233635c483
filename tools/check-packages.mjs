// Looks at every package as npm would publish it: publint (is the package well-formed?) and attw (do its types resolve?).
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';

let problems = 0;
for (const pkgDir of [...readdirSync('libs').map((lib) => `libs/${lib}`), 'apps/cli']) {
  const { messages, pkg } = await publint({ pkgDir, strict: true });
  for (const message of messages) console.error(`${pkgDir}: ${formatMessage(message, pkg)}`);
  const attw = spawnSync('npx', ['attw', '--pack', pkgDir, '--profile', 'esm-only', '--format', 'ascii'], {
    encoding: 'utf8',
  });
  if (attw.status !== 0) console.error(`${pkgDir}: attw\n${attw.stdout}${attw.stderr}`);
  problems += messages.length + (attw.status === 0 ? 0 : 1);
}
if (problems > 0) process.exit(1);
console.log('publint and attw have nothing to say.');
