import { ConfigurableModuleBuilder } from '@nestjs/common';
import type { ServiceDiscoveryModuleOptions } from '../core/discovery-options.js';
import { RAW_OPTIONS } from './discovery.tokens.js';

export const { ConfigurableModuleClass } = new ConfigurableModuleBuilder<ServiceDiscoveryModuleOptions>({
  optionsInjectionToken: RAW_OPTIONS,
})
  .setClassMethodName('forRoot')
  .setExtras({ isGlobal: true }, (definition, { isGlobal }) => ({ ...definition, global: isGlobal }))
  .build();
