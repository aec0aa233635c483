import { ConfigurableModuleBuilder } from '@nestjs/common';
import type { ShardingModuleOptions } from '../core/options.js';
import type { EntityClass } from '../core/sharded-entity.js';
import { repositoryProviders } from './sharded-repository.provider.js';
import { RAW_OPTIONS, SHARDED_ENTITIES } from './tokens.js';

/** What stands beside the options, also in `forRootAsync`, because providers are made of it before anything is awaited. */
export interface ShardingModuleExtras {
  /** The sharded entities; each has one `@ShardKey()`. */
  readonly entities: readonly EntityClass[];
  /** Whether every module of the application can inject the repositories. Default `true`. */
  readonly isGlobal?: boolean;
}

const defaults: ShardingModuleExtras = { entities: [], isGlobal: true };

export const { ConfigurableModuleClass } = new ConfigurableModuleBuilder<ShardingModuleOptions>({
  optionsInjectionToken: RAW_OPTIONS,
})
  .setClassMethodName('forRoot')
  .setExtras(defaults, (definition, { entities, isGlobal = true }) => {
    const repositories = repositoryProviders(entities);
    return {
      ...definition,
      global: isGlobal,
      providers: [...(definition.providers ?? []), { provide: SHARDED_ENTITIES, useValue: entities }, ...repositories],
      exports: [...(definition.exports ?? []), ...repositories.map(({ provide }) => provide)],
    };
  })
  .build();
