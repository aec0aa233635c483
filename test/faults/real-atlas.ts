import { startAtlasServers, type AtlasServers } from '@envol/services';
import { Atlas } from '../../apps/sample/test/atlas.js';

/** Atlas on the real profile, with its servers at hand. */
export interface RealAtlas {
  readonly atlas: Atlas;
  readonly servers: AtlasServers;
  close(): Promise<void>;
}

/** Starts the servers, and Atlas on them. */
export async function startRealAtlas(settings: NodeJS.ProcessEnv = {}): Promise<RealAtlas> {
  const servers = await startAtlasServers();
  try {
    const atlas = await Atlas.start({ ...servers.environment, ...settings }, ['--profile', 'real']);
    return {
      atlas,
      servers,
      async close() {
        await atlas.close();
        await servers.stop();
      },
    };
  } catch (error) {
    await servers.stop();
    throw error;
  }
}
