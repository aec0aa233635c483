import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '..', '..');

/** What an application that uses all of Envol installs beside it. */
const PEERS = [
  '@nestjs/common',
  '@nestjs/core',
  '@nestjs/microservices',
  '@nestjs/platform-express',
  '@nestjs/terminus',
  '@nestjs/testing',
  '@types/node',
  'hdr-histogram-js',
  'ioredis',
  'memjs',
  'pg',
  'reflect-metadata',
  'rxjs',
  'sql.js',
  'typeorm',
  'typescript',
  'undici',
];

const TSCONFIG = {
  compilerOptions: {
    target: 'ES2022',
    module: 'NodeNext',
    moduleResolution: 'NodeNext',
    strict: true,
    skipLibCheck: true,
    experimentalDecorators: true,
    emitDecoratorMetadata: true,
    rootDir: 'src',
    outDir: 'dist',
    types: ['node'],
  },
  include: ['src'],
};

const packageSchema = z.object({ name: z.string(), version: z.string() });
const exportsSchema = z.object({ name: z.string(), exports: z.record(z.string(), z.unknown()) });

/** A Nest application outside of this repository that has Envol from its tarballs, as from npm. */
export class FreshApp {
  private constructor(readonly folder: string) {}

  /** Packs every package and installs the tarballs and their peers into a new folder. */
  static async create(): Promise<FreshApp> {
    const app = new FreshApp(await mkdtemp(join(tmpdir(), 'envol-fresh-app-')));
    const tarballs = await Promise.all((await packages()).map((folder) => app.#pack(folder)));
    const peers = await Promise.all(PEERS.map(installedVersion));
    const dependencies = Object.fromEntries([...tarballs, ...peers]);
    await app.write('package.json', JSON.stringify({ name: 'fresh-app', private: true, type: 'module', dependencies }));
    await app.write('tsconfig.json', JSON.stringify(TSCONFIG));
    await app.run(
      'npm',
      'install',
      '--prefer-offline',
      '--no-audit',
      '--no-fund',
      '--ignore-scripts',
      '--strict-peer-deps',
    );
    return app;
  }

  async write(path: string, text: string): Promise<void> {
    const file = join(this.folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }

  /** Compiles `src` to `dist` with plain tsc; rejects with what the compiler says. */
  compile(): Promise<string> {
    return this.run('node', 'node_modules/typescript/bin/tsc', '-p', '.');
  }

  /** Runs a command in the folder and resolves to what it printed; rejects with all it said when it fails. */
  async run(command: string, ...args: string[]): Promise<string> {
    try {
      const { stdout } = await run(command, args, { cwd: this.folder, timeout: 120_000, env: withoutOurs() });
      return stdout;
    } catch (error) {
      const { stdout = '', stderr = '' } = z
        .looseObject({ stdout: z.string(), stderr: z.string() })
        .partial()
        .parse(error);
      throw new Error(`${command} ${args.join(' ')} failed\n${stdout}${stderr}`, { cause: error });
    }
  }

  async remove(path = '.'): Promise<void> {
    await rm(join(this.folder, path), { recursive: true, force: true });
  }

  async #pack(folder: string): Promise<[name: string, file: string]> {
    const stdout = await run('npm', ['pack', '--json', '--pack-destination', this.folder], { cwd: folder });
    const [packed] = z.array(packageSchema.extend({ filename: z.string() })).parse(JSON.parse(stdout.stdout));
    if (packed === undefined) throw new Error(`npm pack made nothing in ${folder}`);
    return [packed.name, `file:${packed.filename}`];
  }
}

/** Folders of all packages that are published: the libs and the command. */
export async function packages(): Promise<string[]> {
  const names = await readdir(join(ROOT, 'libs'));
  return [...names.map((name) => join(ROOT, 'libs', name)), join(ROOT, 'apps', 'cli')];
}

/** Everything that an application may import: `@envol/cache`, `@envol/cache/redis` ... */
export async function publicEntries(): Promise<string[]> {
  const manifests = await Promise.all(
    (await packages()).map((folder) => readFile(join(folder, 'package.json'), 'utf8')),
  );
  return manifests.flatMap((text) => {
    const { name, exports } = exportsSchema.parse(JSON.parse(text));
    return Object.keys(exports)
      .filter((path) => path !== './package.json')
      .map((path) => name + path.slice(1));
  });
}

/** The version of a package that this repository has, so that both are tested with the same. */
async function installedVersion(name: string): Promise<[name: string, version: string]> {
  const text = await readFile(join(ROOT, 'node_modules', name, 'package.json'), 'utf8');
  return [name, packageSchema.parse(JSON.parse(text)).version];
}

/** npm and jest put settings into the environment that another npm or Node would follow. */
function withoutOurs(): NodeJS.ProcessEnv {
  const entries = Object.entries(process.env);
  return Object.fromEntries(entries.filter(([name]) => !/^(npm_|NODE_OPTIONS$|NODE_ENV$|JEST_)/.test(name)));
}
