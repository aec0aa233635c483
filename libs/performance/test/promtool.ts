import { execFile } from 'node:child_process';
import { isEnvolError } from '@envol/common';
import { findPromtool } from '@envol/services';

/** What `promtool check metrics` has to say of a scrape; empty when it is content. */
export function promtoolCheck(text: string): Promise<string> {
  const { file, env } = locate();
  return new Promise((done, failed) => {
    const options = { env: { ...process.env, ...env }, timeout: 60_000 };
    const child = execFile(file, ['check', 'metrics'], options, (error, stdout, stderr) => {
      const said = `${stdout}${stderr}`.trim();
      if (error !== null && said === '') failed(error);
      else done(said);
    });
    child.stdin?.end(text);
  });
}

function locate() {
  try {
    return findPromtool();
  } catch (error) {
    // Jest does not print the hint, which is the command that gets it.
    throw isEnvolError(error) ? new Error(`${error.message} ${error.hint}`, { cause: error }) : error;
  }
}
