import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A git repository in a temporary folder, which knows nothing of the settings of whoever runs the tests. */
export class ThrowawayRepository {
  /** Around everything; a place for other things too. */
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), 'envol-repository-')));
  readonly folder = join(this.root, 'repository');

  constructor() {
    mkdirSync(this.folder);
    this.git('init', '--quiet', '--initial-branch=main');
  }

  /** Writes files, by their path within the repository. */
  write(files: Readonly<Record<string, string>>): void {
    for (const [path, content] of Object.entries(files)) {
      const file = join(this.folder, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content);
    }
  }

  /** @returns the commit of all that is there */
  commit(): string {
    this.git('add', '--all');
    this.git('-c', 'user.name=test', '-c', 'user.email=test@localhost', 'commit', '--quiet', '--message', 'test');
    return this.git('rev-parse', 'HEAD');
  }

  /** Folders of its worktrees beside its own. */
  worktrees(): readonly string[] {
    const lines = this.git('worktree', 'list', '--porcelain').split('\n');
    return lines.flatMap((line) => (line.startsWith('worktree ') ? line.slice('worktree '.length) : [])).slice(1);
  }

  git(...args: readonly string[]): string {
    const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
    return execFileSync('git', args, { cwd: this.folder, encoding: 'utf8', env, timeout: 60_000 }).trim();
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
