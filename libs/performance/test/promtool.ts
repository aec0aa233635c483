import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';

/** The promtool to use: `ENVOL_PROMTOOL`, the PATH, or what `npm run services:install` put into its cache folder. */
function findPromtool(): string {
  const { ENVOL_PROMTOOL: chosen, PATH = '' } = process.env;
  const places = chosen
    ? [resolve(chosen)]
    : [
        ...PATH.split(delimiter)
          .filter((folder) => folder !== '')
          .map((folder) => resolve(folder, 'promtool')),
        ...cacheFolders().map((folder) => join(folder, 'prometheus', 'usr', 'bin', 'promtool')),
      ];
  const found = places.find(isExecutable);
  if (found !== undefined) return found;
  throw new Error(`promtool is in none of these places: ${places.join(', ')}. Get it with: npm run services:install`);
}

/** What `promtool check metrics` has to say of a scrape; empty when it is content. */
export function promtoolCheck(text: string): Promise<string> {
  return new Promise((done, failed) => {
    const child = execFile(findPromtool(), ['check', 'metrics'], { timeout: 60_000 }, (error, stdout, stderr) => {
      const said = `${stdout}${stderr}`.trim();
      if (error !== null && said === '') failed(error);
      else done(said);
    });
    child.stdin?.end(text);
  });
}

/** As in tools/services. */
function cacheFolders(): string[] {
  const { ENVOL_SERVICES_CACHE: chosen, XDG_CACHE_HOME: caches } = process.env;
  if (chosen) return [resolve(chosen)];
  return [
    join(caches || join(homedir(), '.cache'), 'envol-services'),
    join(tmpdir(), `envol-services-cache-${process.getuid?.() ?? 'windows'}`),
  ];
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
