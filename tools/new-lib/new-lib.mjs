// npm run new:lib NAME [DESCRIPTION]: a lib with the parts that every lib of Envol has, entered wherever libs are listed.
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');
const TEMPLATE = join(import.meta.dirname, 'template');
const [name = '', description = `What @envol/${name} does, in one sentence.`] = process.argv.slice(2);

if (!/^[a-z]+(-[a-z]+)*$/.test(name))
  fail('Usage: npm run new:lib NAME [DESCRIPTION], NAME in kebab-case, such as rate-limit');
if (existsSync(join(ROOT, 'libs', name))) fail(`There is a libs/${name} already.`);
if (!readFileSync(join(ROOT, '.dependency-cruiser.cjs'), 'utf8').match(new RegExp(`^ {2}'?${name}'?: \\[`, 'm'))) {
  fail(`.dependency-cruiser.cjs does not say which libs "${name}" may import: add its line to the map there first.`);
}

const words = name.split('-');
const Name = words.map((word) => word[0].toUpperCase() + word.slice(1)).join('');
const replacements = {
  __name__: name,
  __Name__: Name,
  __camel__: Name[0].toLowerCase() + Name.slice(1),
  __UPPER__: name.toUpperCase().replaceAll('-', '_'),
  __title__: words.join(' '),
  __description__: description,
};

for (const file of readdirSync(TEMPLATE, { recursive: true }).filter((path) => path.endsWith('.tmpl'))) {
  const target = join(ROOT, 'libs', name, fill(file).replace(/\.tmpl$/, ''));
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, fill(readFileSync(join(TEMPLATE, file), 'utf8')));
}
copyFileSync(join(ROOT, 'LICENSE'), join(ROOT, 'libs', name, 'LICENSE'));

editJson('tsconfig.json', ({ references }) => {
  const lastLib = references.findLastIndex(({ path }) => path.startsWith('libs/'));
  references.splice(lastLib + 1, 0, { path: `libs/${name}` });
});
editJson('nest-cli.json', ({ projects }) => {
  projects[name] = {
    type: 'library',
    root: `libs/${name}`,
    sourceRoot: `libs/${name}/src`,
    entryFile: 'index',
    compilerOptions: { tsConfigPath: `libs/${name}/tsconfig.json` },
  };
});
editJson('.changeset/config.json', ({ fixed: [together] }) => together.push(`@envol/${name}`));
writeFileSync(join(ROOT, `.changeset/${name}.md`), `---\n'@envol/${name}': minor\n---\n\n${description}\n`);

run('npm', 'install', '--no-audit', '--no-fund');
run(
  'npx',
  'prettier',
  '--write',
  '--log-level',
  'warn',
  `libs/${name}`,
  'tsconfig.json',
  'nest-cli.json',
  '.changeset',
);
console.log(`
libs/${name} is there, with an option, a service, a module, a README and their tests. Next:
  npm run build && npm run jest -- --testPathPatterns libs/${name}
  enter it in the table of README.md; have apps/sample use it (package.json, tsconfig.json)`);

function fill(text) {
  return Object.entries(replacements).reduce((filled, [from, to]) => filled.replaceAll(from, to), text);
}

function editJson(file, edit) {
  const path = join(ROOT, file);
  const json = JSON.parse(readFileSync(path, 'utf8'));
  edit(json);
  // A reference stays on one line, as it was.
  const text = JSON.stringify(json, null, 2).replaceAll(/\{\s*("path": "[^"]*")\s*\}/g, '{ $1 }');
  writeFileSync(path, `${text}\n`);
}

function run(command, ...args) {
  execFileSync(command, args, { cwd: ROOT, stdio: 'inherit' });
}

function fail(reason) {
  console.error(reason);
  process.exit(1);
}
