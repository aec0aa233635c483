import { loadFailed, noSuite } from '../benchmark-errors.js';
import { setHost, type Suite } from './suite-host.js';

/**
 * Imports a module and gives the suites that it makes. Where it runs one itself, nothing is measured, and it gets a
 * report without results. A module that was imported before makes no suites again.
 *
 * @param file file URL of the module
 * @throws EnvolError `ENVOL_BENCHMARK_LOAD_FAILED` when it cannot be imported, `ENVOL_BENCHMARK_NO_SUITE` when it makes none
 */
export async function loadSuites(file: string): Promise<readonly Suite[]> {
  const suites: Suite[] = [];
  setHost({ added: (suite) => void suites.push(suite), run: () => Promise.resolve() });
  try {
    await import(file);
  } catch (cause) {
    throw loadFailed(file, cause);
  } finally {
    setHost(undefined);
  }
  if (suites.length === 0) throw noSuite(file);
  return suites;
}
