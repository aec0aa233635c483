import { ConfigurableModuleBuilder } from '@nestjs/common';
import type { CacheModuleOptions } from '../core/cache-options.js';
import { RAW_CACHE_OPTIONS } from './cache.tokens.js';

export const { ConfigurableModuleClass } = new ConfigurableModuleBuilder<CacheModuleOptions>({
  optionsInjectionToken: RAW_CACHE_OPTIONS,
})
  .setClassMethodName('forRoot')
  .setExtras({ isGlobal: true }, (definition, { isGlobal }) => ({ ...definition, global: isGlobal }))
  .build();
