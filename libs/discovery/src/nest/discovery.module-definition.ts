import { ConfigurableModuleBuilder } from '@nestjs/common';
import type { DiscoveryModuleOptions } from '../core/discovery-options.js';
import { RAW_OPTIONS } from './discovery.tokens.js';

export const { ConfigurableModuleClass } = new ConfigurableModuleBuilder<DiscoveryModuleOptions>({
  optionsInjectionToken: RAW_OPTIONS,
})
  .setClassMethodName('forRoot')
  .setExtras({ isGlobal: true }, (definition, { isGlobal }) => ({ ...definition, global: isGlobal }))
  .build();
