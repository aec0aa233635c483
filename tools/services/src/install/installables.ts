import { findPromtool, promtoolInstall, tryPromtool } from '../promtool.js';
import { registry, serviceNames, type ServiceName } from '../registry.js';
import type { InstallPlan } from '../service.js';

/** A program that the tests need: how to get it, and how to know that it works. */
export interface Installable {
  readonly name: string;
  readonly install: InstallPlan;
  /** Where it is, for people. Rejects with `ENVOL_SERVICES_MISSING` when it is nowhere. */
  readonly locate: () => Promise<string>;
  /** Rejects when it does not work. */
  readonly tryOut: () => Promise<void>;
}

const promtool: Installable = {
  name: 'promtool',
  install: promtoolInstall,
  locate: async () => findPromtool().file,
  tryOut: tryPromtool,
};

/** Everything that the tests need on a machine. */
export const installables: readonly Installable[] = [...serviceNames.map(installable), promtool];

/** A service as something to install: it works when it can be started and stopped. */
export function installable(name: ServiceName): Installable {
  const { install, locate } = registry[name];
  return { name, install, locate, tryOut: () => startAndStop(name) };
}

async function startAndStop<Name extends ServiceName>(name: Name): Promise<void> {
  const { start, trials = [{}] } = registry[name];
  for (const options of trials) {
    const service = await start(options);
    await service.stop();
  }
}
